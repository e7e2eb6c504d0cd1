# Every job of the project by one word; `make help` lists them. The work itself is in bin/.
SHELL = /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN = .venv/bin
# Chinese messages also where the locale is POSIX.
export PYTHONUTF8 = 1
# An empty environment has no search path, and make does not make one up.
export PATH := $(or $(PATH),/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)

.DEFAULT_GOAL := help
.PHONY: help setup run demo test drill check new-feature lock sbom audit bench bench-search bench-chains clean

help: ## 列出所有命令
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

setup: ## 准备运行环境（虚拟环境、依赖、前端文件），不启动
	@$(PYTHON) bin/setup.py run

run: ## 准备环境并启动系统，Ctrl-C 全部停止
	@$(PYTHON) bin/setup.py run
	@$(BIN)/python bin/run.py

demo: ## 向现有数据库装入演示县数据
	@$(PYTHON) bin/setup.py run
	@$(BIN)/flask --app wsgi demo load

test: ## 准备测试环境并运行全部测试
	@$(PYTHON) bin/setup.py test
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not drill" --ignore tests/proxy

drill: ## 演练：强行结束、边写边备份、检索引擎中断、坏输入和恶意请求、反向代理、五十人半小时（docs/security.md）
	@$(PYTHON) bin/setup.py drill
	@KILLS=30 IMPORT_KILLS=20 BACKUPS=12 SEARCH_WRITES=20000 NODE_KILLS=4 NODE_STOPS=2 INDEXER_KILLS=15 \
	  $(BIN)/python -m pytest -q tests/crash tests/operations tests/core/test_searching_faults.py \
	    tests/search/test_elastic_faults.py
	@BAD_VALUES_EACH=16 HOSTILE_REQUESTS=10000 UPDATE_ROUNDS=100 DARK_EVERY=1 BOTH_WIDTHS=1 SAME_TEMPLATES=1 ACTS_EVERY=1 \
	  $(BIN)/python -m pytest -q \
	  tests/house/test_bad_input.py tests/house/test_hostile.py tests/house/test_lost_updates.py \
	  tests/house/test_accessible.py tests/house/test_acts.py
	@$(BIN)/python -m pytest -q tests/proxy
	@$(BIN)/python -m pytest -q -m drill tests/setup
	@$(BIN)/python bench/bench_clients.py
	@$(BIN)/python bench/bench_migrations.py
	@$(BIN)/python bench/bench_restore.py
	@$(BIN)/python bench/bench_soak.py --minutes 30

check: ## 格式、规范、类型、分层、模板、脚本与样式、守卫测试（走遍全县页面、要浏览器和 PostgreSQL 的在 make test 里）
	@$(PYTHON) bin/setup.py check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy app search
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/biome check --error-on-warnings
	$(BIN)/python -m pytest -q tests/house -m "not browser and not walk" -k "not postgresql"

ONE ?=
COUNTER ?= 个
GROUP ?= promotion
new-feature: ## 起一个新功能：NAME=trainings LABEL=业务培训（可加 COUNTER=场 ONE=training GROUP=promotion）
	@$(PYTHON) bin/setup.py check
	@$(BIN)/python bin/new_feature.py "$(NAME)" "$(LABEL)" --one "$(ONE)" --counter "$(COUNTER)" --group "$(GROUP)"

lock: ## 重新解析依赖，写出带哈希的锁定文件（UPGRADE=1 取新版本）
	@$(PYTHON) bin/setup.py check
	@$(BIN)/python bin/lock.py $(if $(UPGRADE),--upgrade)

sbom: ## 列出全部依赖和许可证（CycloneDX，写到 build/），点名不清楚的
	@$(PYTHON) bin/setup.py supply
	@$(BIN)/python bin/supply.py sbom

audit: ## 查依赖有没有已知漏洞（pip-audit、npm audit）；没能查到的明说，退出码 2
	@$(PYTHON) bin/setup.py supply
	@$(BIN)/python bin/supply.py audit

bench: ## 运行 bench/ 下的全部测量
	@$(PYTHON) bin/setup.py check
	@for file in bench/bench_*.py; do \
	  test -f "$$file" || { echo '没有可运行的测量'; exit 0; }; \
	  echo "== $$file"; $(BIN)/python "$$file" || exit 1; \
	done

# At smaller sizes a part of it runs with `make bench`.
SIZES ?= 10000,100000,1000000
ENGINES ?= tantivy,elasticsearch
MISSES ?= 0
bench-search: ## 测量检索：找得到吗、快慢、大小（SIZES=10000 ENGINES=tantivy MISSES=5 可缩小）
	@$(PYTHON) bin/setup.py test
	@$(BIN)/python bench/bench_search.py --sizes $(SIZES) --engines $(ENGINES) --misses $(MISSES)

bench-chains: ## 测量产业链：企业归环节准不准、候选企业找不找得到要多久、图谱要多久（SIZES=10000 可缩小）
	@$(PYTHON) bin/setup.py test
	@$(BIN)/python bench/bench_placing.py
	@$(BIN)/python bench/bench_candidates.py --sizes $(SIZES)
	@$(BIN)/python bench/bench_map.py
	@$(BIN)/python bench/bench_posts.py

clean: ## 删除环境与缓存，保留 instance/ 中的数据
	rm -rf .venv node_modules app/static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
	  .hypothesis test-results htmlcov .coverage
	find app search tests bench bin migrations -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
