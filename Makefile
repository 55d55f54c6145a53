# cnnctl: `make help` lists the targets.  GNU make, no configure step.
#
# Variants build side by side under build/: SAN=address,undefined, SAN=thread,
# REAL=double (the same sources in double precision, for gradient checks),
# CC=clang.

VERSION := 0.1.0
PREFIX  ?= /usr/local
CC      ?= cc
PYTHON  ?= /usr/bin/python3

SAN  ?=
REAL ?= float
V    ?=

comma := ,
empty :=
parts := $(subst $(comma),-,$(SAN)) $(filter double,$(REAL)) \
    $(findstring clang,$(CC))
B     := build$(subst $(empty) ,-,$(strip $(addprefix /,$(firstword $(parts))) \
    $(wordlist 2,9,$(parts))))
O     := $(B)/obj

packages   := yaml-0.1 openblas zlib jansson nettle
pkg_cflags := $(shell pkg-config --cflags $(packages))
pkg_libs   := $(shell pkg-config --libs $(packages)) -lpthread -lm

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
    -Wcast-qual -Wcast-align -Wstrict-prototypes -Wmissing-prototypes \
    -Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef -Wvla \
    -Wnull-dereference -Wimplicit-fallthrough -Wswitch-enum \
    $(if $(filter double,$(REAL)),,-Wdouble-promotion)
# Loops vectorize; no flag here lets values change.
optimize := $(if $(SAN),-O1 -fno-omit-frame-pointer,-O3) -fno-math-errno \
    -fno-trapping-math -ffp-contract=off
sanitize := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all)
defines  := -D_GNU_SOURCE -DCNNCTL_VERSION='"$(VERSION)"' \
    $(if $(filter double,$(REAL)),-DREAL_DOUBLE)

CFLAGS  ?= -g $(optimize)
all_cflags := -std=c11 $(warnings) $(WERROR) $(sanitize) $(defines) -Isrc \
    $(pkg_cflags) $(CFLAGS)
all_ldflags := $(sanitize) $(LDFLAGS)

# Double precision is for the numbers alone: layers, graph, training step.
sources := $(wildcard src/*/*.c)
ifeq ($(REAL),double)
sources := $(filter-out src/app/% src/cli/% src/train/checkpoint.c,$(sources))
endif
library := $(B)/libcnnctl.a
support := $(B)/libsupport.a
program := $(B)/cnnctl

# Each folder of tests is one Criterion program; support is linked to all.
test_folders := $(patsubst tests/%/,%,$(sort $(dir \
    $(wildcard $(patsubst %,tests/%/*.c,unit kernel grad golden)))))
formatted := $(wildcard src/*.[ch] src/*/*.[ch] tests/*/*.[ch])
man_pages := $(wildcard man/*.[15])

objects_of = $(patsubst src/%.c,$(O)/%.o,$(patsubst tests/%.c,$(O)/tests/%.o,$(1)))
quiet = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2);)

.PHONY: all clean help install uninstall lint format format-check man bench \
    check check-unit check-kernel check-grad check-golden check-config \
    check-cli check-man check-sanitized
.DELETE_ON_ERROR:
.SECONDARY:

all: $(program) ## build the program (default)

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' Makefile

$(program): $(O)/main.o $(library)
	$(call quiet,LD,$@)$(CC) $(all_ldflags) -o $@ $^ $(pkg_libs)

$(library): $(call objects_of,$(sources))
$(support): $(call objects_of,$(wildcard tests/support/*.c))
$(library) $(support):
	$(call quiet,AR,$@)rm -f $@ && $(AR) rcs $@ $^

$(O)/%.o: src/%.c
	@mkdir -p $(@D)
	$(call quiet,CC,$*.c)$(CC) $(all_cflags) -MMD -MP -c -o $@ $<

$(O)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(call quiet,CC,tests/$*.c)$(CC) $(all_cflags) -Itests -MMD -MP -c -o $@ $<

define test_program
$(B)/tests/$(1): $(call objects_of,$(wildcard tests/$(1)/*.c)) $(support) $(library)
	@mkdir -p $$(@D)
	$$(call quiet,LD,$$@)$(CC) $(all_ldflags) -o $$@ $$^ $(pkg_libs) -lcriterion
endef
$(foreach folder,$(test_folders),$(eval $(call test_program,$(folder))))

check: format-check $(test_folders:%=check-%) check-config check-cli check-man ## run all tests
	scripts/lint

check-unit check-kernel check-golden: check-%: $(B)/tests/%
	OPENBLAS_NUM_THREADS=1 $<

check-grad: ## the gradient checks, in double precision
	@$(MAKE) --no-print-directory REAL=double build/double/tests/grad
	OPENBLAS_NUM_THREADS=1 build/double/tests/grad

check-config check-cli: check-%: $(program)
	tests/$*/run $(abspath $(program))

check-man: $(program)
	scripts/make-man --check $(program)

check-sanitized: ## unit and command line tests under ASan and UBSan
	scripts/check-sanitized

# Every file that is installed, as PLACE:SOURCE, the place under PREFIX.
installed := bin/cnnctl:$(program) $(foreach page,$(man_pages), \
    share/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page)):$(page)) \
    share/bash-completion/completions/cnnctl:$(B)/completion.bash \
    share/zsh/site-functions/_cnnctl:$(B)/completion.zsh

$(B)/completion.%: $(program)
	$< help --completion=$* >$@

install: $(program) $(B)/completion.bash $(B)/completion.zsh ## install under $(DESTDIR)$(PREFIX)
	@for pair in $(installed); do \
	    mode=644; [ -x "$${pair#*:}" ] && mode=755; \
	    install -D -m $$mode "$${pair#*:}" "$(DESTDIR)$(PREFIX)/$${pair%%:*}"; \
	done

uninstall: ## remove what install put there
	@for pair in $(installed); do rm -f "$(DESTDIR)$(PREFIX)/$${pair%%:*}"; done

man: $(program) ## bring the generated parts of the man pages up to date
	scripts/make-man $(program)

bench: $(program) ## compare speed with PyTorch
	$(PYTHON) scripts/bench-peers

lint: ## layering, words, budgets, clang-tidy, cppcheck, man pages
	scripts/lint --full

format: ## rewrite the sources in the house style
	clang-format-14 -i $(formatted)

format-check: ## fail if a source is not in the house style
	@clang-format-14 --dry-run -Werror $(formatted)

clean: ## remove build/
	rm -rf build

-include $(shell find build -name '*.d' 2>/dev/null)
