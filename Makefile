# dynamo: DynamoDB-model tables inside PostgreSQL.
#
#	make demo, make check	on a fresh machine: install what is missing, build,
#							start a throw-away server of their own
#	make serve				a throw-away server for DynamoDB's clients, on
#							127.0.0.1:8000 unless PORT= says another
#	make bench				speed against jsonb tables; see docs/benchmarks.md
#	make stop				end the servers of make demo and make serve
#	make fuzz				fuzz the readers of HTTP requests
#	make, make install, make installcheck, make clean
#							as for any extension; PG_CONFIG= chooses the server
#	make streamledger		the ledger of streams with 20 crashes; see docs/testing.md
#	make tapcheck, make lint
#							parts of make check, with what is built and installed
#	make soak				the tests with many clients, for minutes instead of seconds
#
# MODULES_IN_ORDER is the layering: a folder of src/ includes headers of its
# own folder and of folders to its left.  The same order assembles the install
# script from the .sql files beside the C, and is what test/lint checks.
MODULES_IN_ORDER = base worker item expr schema tableam index engine partiql stream ttl api http

ifneq ($(filter demo serve check bench stop fuzz,$(MAKECMDGOALS)),)

# These run where pg_config is not there yet, so nothing of PGXS is read; other
# goals of the same command get a make of their own.
.PHONY: $(MAKECMDGOALS)
.NOTPARALLEL:
demo serve check bench stop:
	@PG_CONFIG='$(PG_CONFIG)' PORT='$(PORT)' sh test/setup/$@.sh
fuzz:
	@sh test/http/fuzz.sh
$(filter-out demo serve check bench stop fuzz,$(MAKECMDGOALS)):
	$(MAKE) $@

else

EXTENSION  = dynamo
EXTVERSION = 1.0
MODULE_big = dynamo
SOURCES    = $(foreach m,$(MODULES_IN_ORDER),$(sort $(wildcard src/$(m)/*.c))) src/dynamo.c
OBJS       = $(SOURCES:.c=.o)
SQLPARTS   = $(foreach m,$(MODULES_IN_ORDER),$(sort $(wildcard src/$(m)/*.sql)))
DATA       = $(wildcard src/upgrade/*--*--*.sql)
DATA_built = build/$(EXTENSION)--$(EXTVERSION).sql
PG_CPPFLAGS = -I$(CURDIR)/src
# Not in PG_CPPFLAGS: the bitcode pass would overwrite the .d files.  What is
# silenced of -Wextra is what Postgres' own headers and conventions trigger.
PG_CFLAGS   = -MMD -MP -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers -Wno-clobbered
# -Bsymbolic: our own functions win over the backend's of the same name.
SHLIB_LINK  = -ljansson -lssl -lcrypto -lz -Wl,-Bsymbolic
EXTRA_CLEAN = build $(OBJS:.o=.d) $(wildcard src/*.o src/*/*.o src/*.d src/*/*.d src/*.bc src/*/*.bc) tmp_check

REGRESS        = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS   = --inputdir=. --encoding=UTF8 --load-extension=$(EXTENSION)
ISOLATION      = $(patsubst test/isolation/specs/%.spec,%,$(sort $(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --encoding=UTF8 --load-extension=$(EXTENSION)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
SERVER_HEADER := $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)/postgres.h

ifneq ($(and $(wildcard $(PGXS)),$(wildcard $(SERVER_HEADER))),)

# Without the clang that the server was built with there is no bitcode for
# JIT inlining, and everything else works.
CLANG_OF_SERVER := $(shell sed -n 's/^CLANG[[:space:]]*=[[:space:]]*//p' '$(dir $(PGXS))../Makefile.global')
ifeq ($(shell command -v '$(CLANG_OF_SERVER)' 2>/dev/null),)
override with_llvm = no
endif

include $(PGXS)

-include $(OBJS:.o=.d)
$(OBJS:.o=.bc): %.bc: %.o

# What timestamps of sources do not show is kept in files that change only
# when it does: which server the objects are for, and which files there are.
build/server: STATE = $(VERSION) $(includedir_server)
build/sources: STATE = $(SOURCES)
build/sqlparts: STATE = $(SQLPARTS)
build/server build/sources build/sqlparts: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(STATE)' | cmp -s - $@ || printf '%s\n' '$(STATE)' > $@
.PHONY: FORCE
$(OBJS): build/server
$(shlib): build/sources

$(DATA_built): $(SQLPARTS) build/sqlparts
	@for f in $(SQLPARTS); do printf -- '-- %s\n\n' "$$f"; cat "$$f"; printf '\n'; done > $@

.PHONY: tapcheck soak streamledger lint
streamledger:
	@STREAM_CRASHES=20 PG_CONFIG='$(PG_CONFIG)' test/tap.sh test/t/stream_ledger.pl
tapcheck:
	@PG_CONFIG='$(PG_CONFIG)' test/tap.sh $(PROVE_TESTS)
soak:
	@PG_CONFIG='$(PG_CONFIG)' BANK_SECONDS=30 LEDGER_OPERATIONS=100000 test/tap.sh -v test/t/bank.pl test/t/ledger.pl
lint: all
	@PG_CONFIG='$(PG_CONFIG)' test/lint/run.sh $(MODULES_IN_ORDER)

else

.PHONY: all install installcheck uninstall tapcheck soak streamledger lint clean
all install installcheck uninstall tapcheck soak streamledger lint:
	@echo '$(PG_CONFIG) knows no server headers.' >&2
	@echo 'Install postgresql-server-dev-NN, name a server with PG_CONFIG=, or use make demo.' >&2
	@exit 1
clean:
	rm -rf build tmp_check results output_iso regression.* $(EXTENSION).so
	rm -f src/*.o src/*/*.o src/*.d src/*/*.d src/*.bc src/*/*.bc

endif
endif
