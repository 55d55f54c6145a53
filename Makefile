# cnnctl: `make help` lists the targets.  GNU make, no configure step.
#
# Variants build side by side under build/: SAN=address,undefined, SAN=thread,
# REAL=double (the same sources in double precision, for gradient checks).

VERSION := 0.1.0
PREFIX  ?= /usr/local
CC      ?= cc
PYTHON  ?= python3

SAN  ?=
REAL ?= float
V    ?=

variant := $(if $(SAN),$(subst $(comma),-,$(SAN)),$(if $(filter double,$(REAL)),double,release))
comma   := ,
B       := build$(if $(filter release,$(variant)),,/$(variant))
O       := $(B)/obj

packages   := yaml-0.1 openblas zlib jansson nettle
pkg_cflags := $(shell pkg-config --cflags $(packages))
pkg_libs   := $(shell pkg-config --libs $(packages)) -lpthread -lm

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
    -Wcast-qual -Wcast-align -Wstrict-prototypes -Wmissing-prototypes \
    -Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef -Wvla \
    -Wnull-dereference -Wimplicit-fallthrough -Wswitch-enum \
    $(if $(filter double,$(REAL)),,-Wdouble-promotion)
optimize := $(if $(SAN),-O1 -fno-omit-frame-pointer,-O2)
sanitize := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all)
defines  := -D_GNU_SOURCE -DCNNCTL_VERSION='"$(VERSION)"' \
    $(if $(filter double,$(REAL)),-DREAL_DOUBLE)

CFLAGS  ?= -g $(optimize)
all_cflags := -std=c11 $(warnings) $(WERROR) $(sanitize) $(defines) -Isrc \
    $(pkg_cflags) $(CFLAGS)
all_ldflags := $(sanitize) $(LDFLAGS)

sources := $(wildcard src/*/*.c)
objects := $(sources:src/%.c=$(O)/%.o)
library := $(B)/libcnnctl.a
program := $(B)/cnnctl

# Each folder of tests is one Criterion program; support is linked to all.
test_folders := unit kernel grad golden
test_programs := $(test_folders:%=$(B)/tests/%)
support_objects := $(patsubst tests/%.c,$(O)/tests/%.o,$(wildcard tests/support/*.c))

quiet = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2);)

.PHONY: all clean help install uninstall lint format format-check check \
    check-unit check-cli bench
.DELETE_ON_ERROR:
.SECONDARY:

all: $(program) ## build the program (default)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | \
	    awk -F':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

$(program): $(O)/main.o $(library)
	$(call quiet,LD,$@)$(CC) $(all_ldflags) -o $@ $^ $(pkg_libs)

$(library): $(objects)
	$(call quiet,AR,$@)rm -f $@ && $(AR) rcs $@ $^

$(O)/%.o: src/%.c
	@mkdir -p $(@D)
	$(call quiet,CC,$*.c)$(CC) $(all_cflags) -MMD -MP -c -o $@ $<

$(O)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(call quiet,CC,tests/$*.c)$(CC) $(all_cflags) -Itests -MMD -MP -c -o $@ $<

define test_program
$(B)/tests/$(1): $$(patsubst tests/%.c,$(O)/tests/%.o,$$(wildcard tests/$(1)/*.c)) $(support_objects) $(library)
	@mkdir -p $$(@D)
	$$(call quiet,LD,$$@)$(CC) $(all_ldflags) -o $$@ $$^ $(pkg_libs) -lcriterion
endef
$(foreach folder,$(test_folders),$(eval $(call test_program,$(folder))))

install: $(program) ## install under $(DESTDIR)$(PREFIX)
	install -D -m 755 $(program) $(DESTDIR)$(PREFIX)/bin/cnnctl
	for page in man/*.[15]; do \
	    install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; \
	done

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/cnnctl
	for page in man/*.[15]; do \
	    rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; \
	done

lint: ## layering, banned words, budgets, clang-tidy, cppcheck, man pages
	scripts/lint

format: ## rewrite the sources in the house style
	clang-format-14 -i $$(git ls-files 'src/*.[ch]' 'tests/*.[ch]')

format-check: ## fail if a source is not in the house style
	clang-format-14 --dry-run -Werror $$(git ls-files 'src/*.[ch]' 'tests/*.[ch]')

clean: ## remove build/
	rm -rf build

-include $(shell find build -name '*.d' 2>/dev/null)
