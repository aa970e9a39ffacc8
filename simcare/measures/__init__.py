"""What is read off a Log: sums over one replication, and estimates with intervals over many."""
