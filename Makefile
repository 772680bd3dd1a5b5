# The few verbs of this project. They need make and Python 3, and fetch the rest from the lock file.
.POSIX:
.PHONY: help demo test lint format messages pictures bench scan mutants

PYTHON = python3
# Used where it is on the PATH, else fetched into .uv/ by `uv` below.
UV_HERE = .uv/bin/uv
RUN = .venv/bin/python
SYNC = sh scripts/sync.sh

help: ## list the verbs
	@sed -n 's/^\([a-z]*\):.*## /\1 /p' Makefile | while read -r verb what; do printf '  make %-10s %s\n' "$$verb" "$$what"; done

demo: ## serve the starting register on this machine, with its own database (PORT, DATA_DIR, DEMO_PASSWORD)
	@$(SYNC) --no-dev --inexact
	@exec $(RUN) -m operations.demo

test: lint ## everything: lint, then all tests in two processes, each on a PostgreSQL of its own
	@$(RUN) -m pytest --numprocesses=2 --dist=worksteal --durations=20

lint: ## style, types, layers, templates, migrations, deployment settings
	@$(SYNC)
	@sh scripts/lint.sh

format: ## bring the code into the agreed form
	@$(SYNC)
	@$(RUN) -m ruff check --fix . && $(RUN) -m ruff format .

messages: ## collect the texts of the interface for translation, and compile the translations (needs gettext)
	@$(SYNC)
	@$(RUN) manage.py makemessages --locale uk --no-obsolete --add-location file --ignore '.venv*' --ignore .uv --ignore mutants
	@$(RUN) manage.py compilemessages --locale uk --ignore '.venv*' --ignore .uv --ignore mutants

pictures: ## take the pictures of the README from a demonstration of its own (needs Chromium)
	@$(SYNC)
	@$(RUN) scripts/pictures.py

bench: ## measure the speed on synthetic registers of 10,000 and 100,000 incidents (the first run builds them, BENCH=--quick)
	@$(SYNC) --group bench
	@exec $(RUN) -m benchmarks $(BENCH)

scan: ## try a demonstration with wapiti and schemathesis, as a stranger and in each role (about an hour, SCAN="--attack 10")
	@$(SYNC)
	@sh scripts/scan.sh $(SCAN)

mutants: ## change the code in small ways and count what the tests notice (hours; MUTANTS="ledger filters", SAMPLE=10)
	@$(SYNC) --group mutants
	@$(RUN) scripts/mutants.py $(MUTANTS)
