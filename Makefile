# make demo   run the main job on the digital patient
# make test   everything the CI runs
# Both make .venv/ first (make setup) and are quick when repeated.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OUT ?= demo-output
# Off-screen: no window is opened and no display is needed.
export QT_QPA_PLATFORM := offscreen
export MPLBACKEND := agg

.PHONY: setup demo test lint unit pictures icons benchmarks slicer-test lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml Testing/setup/environment.sh Testing/setup/system_packages.sh
	@sh Testing/setup/environment.sh $(VENV)
	@touch $@

demo: setup
	@$(BIN)/interventional-oncology demo --out $(OUT) --overwrite

test: lint unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: setup
	$(BIN)/python -m pytest

# Runs the contract tests and the self-tests of both modules inside an installed Slicer.
slicer-test:
	@test -x "$(SLICER)" || { echo "error: give the Slicer program: make slicer-test SLICER=/path/to/Slicer" >&2; exit 1; }
	"$(SLICER)" --testing --no-splash --no-main-window --python-script Testing/run_in_slicer.py

# The pictures of README and Docs; all of them show the digital patient.
pictures: demo
	$(BIN)/python Docs/draw_panels.py
	cp $(OUT)/pictures/followup_1_margin_surface.png Docs/pictures/margin_surface.png
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1000,1330 \
	    --screenshot=Docs/pictures/report.png file://$(abspath $(OUT))/report.html

icons: setup
	$(BIN)/python Docs/draw_icons.py

# Under an hour on two cores; the tables of Docs/benchmarks.md, the registration with few patients and no peers.
benchmarks: setup
	$(BIN)/python Benchmarks/phantom.py
	$(BIN)/python Benchmarks/margins.py --peers
	$(BIN)/python Benchmarks/margin_volumes.py
	$(BIN)/python Benchmarks/margin_real.py
	$(BIN)/python Benchmarks/lesions.py
	$(BIN)/python Benchmarks/zones.py
	$(BIN)/python Benchmarks/registration.py --seeds 1 2 --engines none ours-rigid ours

# Writes requirements.lock anew from pyproject.toml, for all supported versions of Python at once.
lock: setup
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --all-extras --no-header --no-annotate pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) $(OUT)
