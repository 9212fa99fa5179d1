#!/usr/bin/python3
"""Runs a test over a spoilt product: it must turn red by a failed assertion, and not by anything else. Usage: red.py TEST PATH"""
import subprocess, sys

done = subprocess.run([sys.argv[1], '-p', sys.argv[2]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
said = [line for line in done.stdout.splitlines() if 'Bail out!' in line or ' ERROR **: ' in line or line.startswith('not ok')]
print('1..1')
for line in done.stdout.splitlines()[-12:]:
    print('#', line)
red = done.returncode != 0 and bool(said)
print(f"{'ok' if red else 'not ok'} 1 - {sys.argv[2]} notices")
sys.exit(not red)
