"""A recorded run played again: the journal's rows and a place in time in, snapshots out."""
