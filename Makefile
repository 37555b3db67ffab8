# The commands of every day; CMakePresets.json holds what they configure.
JOBS ?= $(shell nproc)

.PHONY: help demo build test test-slow bench format clean

help:
	@echo "make demo       train on drawn glyphs, then learn characters never seen, from one example each"
	@echo "make build      the command-line tool, as build/release/anole"
	@echo "make test       build everything and run the fast tests"
	@echo "make test-slow  run the slow tests too"
	@echo "make bench      measure this machine, into bench/results"
	@echo "make format     clang-format on every source"
	@echo "make clean      remove build/"

demo: build
	@scripts/demo build/release/anole build/demo

build:
	@scripts/setup build
	@cmake --preset release --log-level=NOTICE
	@cmake --build --preset release -j $(JOBS)

test:
	@scripts/setup test
	@python=$$(scripts/python_env build/python) && \
	  cmake --preset test --log-level=NOTICE $${python:+-DPython_EXECUTABLE=$$python}
	@cmake --build --preset test -j $(JOBS)
	@ctest --preset test -j 2 $(CTEST_FLAGS)

test-slow: test
	@ctest --preset test-slow

bench:
	@scripts/setup bench
	@cmake --preset bench --log-level=NOTICE
	@cmake --build --preset bench -j $(JOBS)
	@scripts/bench build/release

format:
	@git ls-files '*.h' '*.cpp' | xargs clang-format -i

clean:
	@rm -rf build
