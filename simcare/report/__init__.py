"""What is said about a result: figures as text, tables, sentences, and files for other programs."""
