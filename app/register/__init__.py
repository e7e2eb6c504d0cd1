"""Who and what there is: people, companies, the state's lists, and what is kept on any record."""
