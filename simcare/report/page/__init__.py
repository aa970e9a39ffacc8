"""One page for a browser that holds a whole result: sentences, tables, and figures with a table each."""
