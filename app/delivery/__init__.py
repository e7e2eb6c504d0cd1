"""After the contract: projects on their way to full capacity."""
