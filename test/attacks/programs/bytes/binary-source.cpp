ELF no program
