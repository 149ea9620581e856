"""Container groups as their owner sees them: the list, one group, why it does not run, what it has cost, what to do."""
