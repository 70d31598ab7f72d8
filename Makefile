# dynamo: DynamoDB-model tables inside PostgreSQL.
#
# MODULES_IN_ORDER is the layering: a folder of src/ includes headers of its
# own folder and of folders to its left.  The same order assembles the install
# script from the .sql files beside the C, and is what test/lint checks.
MODULES_IN_ORDER = base item schema tableam index engine api

EXTENSION  = dynamo
EXTVERSION = 1.0
MODULE_big = dynamo
SOURCES    = $(foreach m,$(MODULES_IN_ORDER),$(sort $(wildcard src/$(m)/*.c))) src/dynamo.c
OBJS       = $(SOURCES:.c=.o)
SQLPARTS   = $(foreach m,$(MODULES_IN_ORDER),$(sort $(wildcard src/$(m)/*.sql)))
DATA_built = build/$(EXTENSION)--$(EXTVERSION).sql
PG_CPPFLAGS = -I$(CURDIR)/src
# Not in PG_CPPFLAGS: the bitcode pass would overwrite the .d files.
PG_CFLAGS   = -MMD -MP
# -Bsymbolic: our own functions win over the backend's of the same name.
SHLIB_LINK  = -ljansson -Wl,-Bsymbolic
EXTRA_CLEAN = build $(OBJS:.o=.d)
REGRESS     = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
-include $(OBJS:.o=.d)
$(OBJS:.o=.bc): %.bc: %.o

$(DATA_built): $(SQLPARTS) Makefile
	@mkdir -p $(@D)
	@for f in $(SQLPARTS); do printf -- '-- %s\n\n' "$$f"; cat "$$f"; printf '\n'; done > $@

# TAP tests, with what is installed: see test/tap.sh.
.PHONY: tapcheck
tapcheck:
	PG_CONFIG='$(PG_CONFIG)' test/tap.sh $(PROVE_TESTS)
