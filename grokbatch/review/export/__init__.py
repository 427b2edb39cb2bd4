"""What can be taken away of a choice: the files themselves, lists of them for other programs, a sheet, a film."""
