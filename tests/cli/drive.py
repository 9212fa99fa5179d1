"""Drives every command of fuzhen. Arguments: fuzhen, fuzhen-verify, the platform's simulator, the source folder. Prints TAP."""
import concurrent.futures
import os
import shutil
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import demo_day
import demo_year
import drafts
import hospital
import rules
from program import Place, fresh_folder


def lane(tests, place, results):
    """Runs in order; a failure ends the lane, since what follows stands on it."""
    for index, test in enumerate(tests):
        try:
            test(place)
            results.append((test, None))
        except Exception:
            results.append((test, traceback.format_exc()))
            results.extend((late, "not run: an earlier part of its lane failed") for late in tests[index + 1:])
            return


LANES = [
    ("drafts", [drafts.check_example, drafts.check_cases, drafts.check_single, drafts.check_wrong, drafts.check_dates, drafts.check_profiles,
                demo_day.no_store]),
    ("demo", demo_day.TESTS),
    ("year", demo_year.TESTS),
    ("hospital", hospital.TESTS),
    ("rules", rules.TESTS),
]


def main():
    folder = fresh_folder()
    try:
        jobs = []
        with concurrent.futures.ThreadPoolExecutor(len(LANES)) as pool:
            for name, tests in LANES:
                place, results = Place(sys.argv[1], sys.argv[2], os.path.join(folder, name)), []
                place.simulator, place.source = sys.argv[3], sys.argv[4]
                jobs.append((name, results, pool.submit(lane, tests, place, results)))
        done = [(name, *result) for name, results, _ in jobs for result in results]
    finally:
        shutil.rmtree(folder)
    print(f"1..{len(done)}")
    for number, (name, test, failure) in enumerate(done, 1):
        print(f"{'ok' if failure is None else 'not ok'} {number} {name}/{test.__name__}")
        for line in (failure or "").splitlines():
            print(f"# {line}")
    return 1 if any(failure for _, _, failure in done) else 0


sys.exit(main())
