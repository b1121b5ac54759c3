"""What helps this person: treatments by cause, stage and evidence, each checked against contraindications."""
