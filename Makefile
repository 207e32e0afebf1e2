# Two commands: `make run` serves the page, `make test` runs every test. Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin
TARGET ?= dev
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test coverage test-databricks test-spark lint types bench soak deploy databricks-cli clean

run: .venv/run.stamp
	$(BIN)/footnote serve

test: .venv/test.stamp
	$(BIN)/python tests/chromium.py --install
	$(BIN)/python tests/nginx.py --install
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

# The same with every line counted, which takes half as long again.
coverage: .venv/test.stamp
	$(BIN)/python tests/chromium.py --install
	$(BIN)/python tests/nginx.py --install
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --cov --cov-report=term --cov-fail-under=90

# The Spark job runs in an environment of its own: pyspark and the app's databricks-connect exclude each other.
test-spark: .venv-spark/test.stamp
	.venv-spark/bin/python tests/spark/java.py --install
	.venv-spark/bin/python -m pytest -c tests/spark/pytest.ini tests/spark

# The browser tests once more, with every Databricks part behind a local workspace.
test-databricks: .venv/test.stamp
	$(BIN)/python tests/chromium.py --install
	$(BIN)/python tests/nginx.py --install
	$(BIN)/python -m pytest --parts databricks --numprocesses 2 --dist loadfile tests/browser

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/test.stamp
	$(BIN)/mypy

bench: .venv/test.stamp
	$(BIN)/python tests/chromium.py --install
	$(BIN)/python bench/run.py

# Half an hour of mixed use with faults thrown in; `make soak MINUTES=2` to try it, DATABASE=postgres for the other one.
MINUTES ?= 30
DATABASE ?= sqlite
soak: .venv/test.stamp
	$(BIN)/python bench/soak.py --minutes $(MINUTES) --database $(DATABASE)

.venv/run.stamp: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Footnote needs Python 3.11 or newer; $(PYTHON) is older. Name another: make run PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps -e .
	touch $@

.venv/test.stamp: .venv/run.stamp requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements.txt -r requirements-dev.txt
	touch $@

.venv-spark/test.stamp: requirements-spark.txt
	test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip install --quiet -r requirements-spark.txt
	touch $@

# Checks the bundle first: with the CLI, and with what is known here of the settings. Nothing is changed where one fails.
deploy: databricks-cli .venv/test.stamp
	databricks bundle validate --strict --target $(TARGET)
	$(BIN)/python tests/bundle.py
	databricks bundle deploy --target $(TARGET)
	databricks bundle run footnote --target $(TARGET)

databricks-cli:
	@command -v databricks >/dev/null || \
	  { echo "The Databricks CLI is not there. Install it and sign in (databricks auth login), then try again."; exit 1; }

clean:
	rm -rf .venv .venv-spark packaging/spark/dist .footnote .coverage .mypy_cache .pytest_cache .ruff_cache
