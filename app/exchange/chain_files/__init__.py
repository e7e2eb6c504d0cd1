"""One industry chain as a workbook, one sheet a table, or as JSON: taken along, filled in, brought back."""
