# ToneNet. `make run` and `make test` set up everything that they need; CONTRIBUTING.md says more.

VENV := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup run test check format bench fuzz soak screens translations wheel dist dist-test clean

help:
	@echo "make run     set up, then open the window with the demo piece (without a display: the same job in the terminal)"
	@echo "make test    set up, then run every test, without a screen"
	@echo "make setup   system libraries, .venv/ and Python packages; a second run does nothing"
	@echo "make check   style, types and the dependency rules"
	@echo "make format  rewrite the source in the project's style"
	@echo "make bench   run the benchmarks and print their figures"
	@echo "make fuzz    try 1,000,000 damaged files on the readers (N=10000: so many)"
	@echo "make soak    walks of 200 random actions through the window, from several seeds"
	@echo "make screens pictures of every state of the window, into out/screens"
	@echo "make translations  bring the catalogues in resources/translations up to the source, and compile them"
	@echo "make wheel   dist/*.whl and the sdist"
	@echo "make dist    dist/ToneNet/: the program in one folder, which needs no Python"
	@echo "make dist-test  do the main job with that folder, without Python; prints its size and start time"
	@echo "make clean   remove .venv/, out/ and caches"

setup:
	@.ci/setup

run: setup
	@.ci/demo

test: setup
	@QT_QPA_PLATFORM=offscreen $(VENV)/python -m pytest $(ARGS)

check: setup
	$(VENV)/python -m ruff check .
	$(VENV)/python -m ruff format --check .
	$(VENV)/python -m mypy
	$(VENV)/lint-imports

format: setup
	$(VENV)/python -m ruff check --fix .
	$(VENV)/python -m ruff format .

bench: setup
	@QT_QPA_PLATFORM=offscreen $(VENV)/python -m benchmarks

fuzz: setup
	@QT_QPA_PLATFORM=offscreen $(VENV)/python -m tests.fuzz --inputs $(or $(N),1000000) $(ARGS)

soak: setup
	@SOAK_STEPS=200 SOAK_WALKS=5 QT_QPA_PLATFORM=offscreen $(VENV)/python -m pytest tests/app/test_soak.py --timeout=0 $(ARGS)

screens: setup
	@QT_QPA_PLATFORM=offscreen $(VENV)/python -m pytest -q tests/app/test_screens.py $(ARGS)

translations: setup
	@.ci/translations

wheel: setup
	$(VENV)/python -m build --no-isolation

dist: export TONENET_DIST = 1
dist: setup
	$(VENV)/python -m PyInstaller --noconfirm --log-level WARN build.spec
	@echo "dist/ToneNet: $$(du -sm dist/ToneNet | cut -f1) MB"

dist-test:
	@.ci/dist-test

clean:
	rm -rf .venv out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
