#!/usr/bin/python3
"""Spoils one place of a source file. Usage: spoil.py INPUT OUTPUT OLD NEW. The place must be there exactly once, so that a mutant never
stops being one unnoticed; several pairs may follow."""
import sys

source, target, *pairs = sys.argv[1:]
with open(source, encoding='utf-8') as file:
    text = file.read()
for old, new in zip(pairs[::2], pairs[1::2]):
    if text.count(old) != 1 or old == new:
        sys.exit(f'{source}: “{old}” stands {text.count(old)} times, not once')
    text = text.replace(old, new)
with open(target, 'w', encoding='utf-8') as file:
    file.write(text)
