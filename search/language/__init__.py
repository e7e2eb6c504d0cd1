"""Chinese as people write it: characters, sounds, names, numbers, slips, words of the same meaning."""
