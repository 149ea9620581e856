PYTHON ?= python3
PORT ?= 8000
SBOM ?= var/sbom.json
CSS_FORM := --indent-size 2 --end-with-newline --space-around-combinator
VENV := .venv
BIN := $(VENV)/bin
# Tests with a browser, real registries and servers, attacks and measurements; and those that fill in or start so much
# that each takes seconds.
NOT_QUICK := e2e registries deploy hostile campaigns bench wizard/test_hostile_input.py wizard/views/test_bounds.py \
	wizard/test_every_path.py orders/test_hostile_answers.py web/test_failures.py web/test_serve.py test_settings.py test_older_data.py test_sbom.py
# What depends on the database: services, migrations, presses at the same moment, a database in trouble.
ON_POSTGRESQL := accounts approvals/test_services.py audit cloud_accounts/test_services.py credentials/test_services.py \
	governance/test_policies.py governance/test_quotas.py governance/test_verify.py governance/test_watch.py orders \
	teams/test_services.py wizard/services wizard/migrations wizard/test_confirm.py wizard/test_judged_press.py \
	wizard/test_quantity.py web/test_failures.py
export DJANGO_SETTINGS_MODULE := consoleapp.settings
# Tests start hundreds of processes of the console: what each loads is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo simulator quick test lint check format bench campaigns topology gallery lighthouse screenshot lock sbom browser registry clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## Install, migrate and serve the console with the embedded simulator (PORT=8000)
	@$(BIN)/python -m consoleapp.env var
	@exec $(BIN)/python manage.py serve --port $(PORT)

simulator: $(VENV)/.installed ## Serve the simulator alone, for SDKs and command lines (PORT=8099)
	@exec $(BIN)/python -m consoleapp.simulator --port $(if $(filter 8000,$(PORT)),8099,$(PORT))

quick: $(VENV)/.installed-dev ## Linters, unit and page tests: no browser, no PostgreSQL, nothing that takes long by itself
	@echo "quick: the linters, then the unit and page tests on SQLite. Left out, and in make test:"
	@echo "       $(NOT_QUICK)"
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n 2 -q $(NOT_QUICK:%=--ignore=tests/%)

test: $(VENV)/.installed-dev browser registry ## Install what the tests need, browser and registry included, and run them all
	@echo "test: 1. what depends on the database, on a PostgreSQL of its own;"
	@echo "      2. the campaigns in their short forms: kills, storms, outages;"
	@echo "      3. every other test on SQLite, those with a browser and a real registry included."
	@echo "      Nothing is tried a second time. For a first look: make quick."
	@$(BIN)/python -m tests.postgresql -n 3 --dist loadgroup -q $(ON_POSTGRESQL:%=tests/%)
	@$(BIN)/python -m pytest -m campaign -n 3 --dist loadgroup -q tests/campaigns
	@$(BIN)/python -m pytest -n 3 --dist loadgroup -q

lint: $(VENV)/.installed-dev ## Linters, types, import contracts
	@$(BIN)/python -m consoleapp.env var
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	@echo "css-beautify static/css"; for file in static/css/*.css; do \
		$(BIN)/css-beautify $(CSS_FORM) $$file | diff -u $$file - || exit 1; done
	@! grep -nE '^.{121,}' static/css/*.css
	$(BIN)/lint-imports

check: lint ## Linters, migrations, deployment checks
	$(BIN)/python manage.py makemigrations --check --dry-run
	CONSOLE_HTTPS=true $(BIN)/python -W error::DeprecationWarning manage.py check --deploy --fail-level WARNING

format: $(VENV)/.installed-dev ## Bring the code into its one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@for file in static/css/*.css; do $(BIN)/css-beautify $(CSS_FORM) --replace $$file; done

campaigns: $(VENV)/.installed-dev ## Try out crashes, lost answers, storms, outages, leaks in their long forms
	@$(BIN)/python -m tests.campaigns

topology: $(VENV)/.installed-dev ## Start PostgreSQL, cache, simulator, two servers, two workers; try presses and kills on them
	@$(BIN)/python -m tests.topology

bench: $(VENV)/.installed-dev browser ## Measure speed and weight beside baselines in the same run
	@$(BIN)/python -m tests.bench

gallery: $(VENV)/.installed-dev browser ## Write screenshots of every page in every state into var/gallery/
	@$(BIN)/python -m tests.gallery

lighthouse: $(VENV)/.installed-dev browser ## Have Lighthouse judge every scene of the gallery on a phone and at a desk (needs Node)
	@$(BIN)/python -m tests.gallery --lighthouse

screenshot: $(VENV)/.installed-dev browser ## Make the picture of the README anew
	@$(BIN)/python -m tests.gallery --screenshot

lock: $(VENV)/.installed-dev ## Compile the two requirements files from pyproject.toml
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --extra postgres --extra redis -o requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --extra postgres --extra redis --group dev -c requirements.txt -o requirements-dev.txt

sbom: $(VENV)/.installed-dev ## Write what is installed to serve, with hashes, as a CycloneDX bill of materials (SBOM=var/sbom.json)
	@mkdir -p $(dir $(SBOM)) var
	@# The tool leaves out a version that pyproject.toml takes from the code.
	@sed "s/^dynamic = .*/version = \"$$($(BIN)/python -c 'import consoleapp; print(consoleapp.__version__)')\"/" pyproject.toml > var/pyproject.toml
	@$(BIN)/python -m cyclonedx_py requirements requirements.txt --pyproject var/pyproject.toml --output-reproducible -o $(SBOM)

browser: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.e2e.browser

registry: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.registries.install

clean: ## Remove what was installed and made
	rm -rf $(VENV) var

$(VENV)/.installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.installed
