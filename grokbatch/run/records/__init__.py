"""What a worker asks of the manifest and records in it: on this computer's disk, or over a channel from another one."""
