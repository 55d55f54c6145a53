# cnnctl: `make help` lists the targets.  GNU make, no configure step.
#
# Variants build side by side under build/: SAN=address,undefined, SAN=thread,
# CC=clang, WIDE=1 (the portable kernels in vectors of 64 bytes).

VERSION := 0.1.0
PREFIX  ?= /usr/local
CC      ?= cc
PYTHON  ?= /usr/bin/python3

SAN  ?=
WIDE ?=
V    ?=

comma := ,
empty :=
parts := $(subst $(comma),-,$(SAN)) $(WIDE:1=wide) $(findstring clang,$(CC))
B     := build$(subst $(empty) ,-,$(strip $(addprefix /,$(firstword $(parts))) \
    $(wordlist 2,9,$(parts))))
O     := $(B)/obj

packages   := yaml-0.1 zlib jansson nettle libprotobuf-c
# Of these the headers alone: they are opened where they are needed.
opened     := openblas libpng libjpeg cairo
pkg_cflags := $(shell pkg-config --cflags $(packages) $(opened))
pkg_libs   := $(shell pkg-config --libs $(packages)) -lpthread -lm

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
    -Wcast-qual -Wcast-align -Wstrict-prototypes -Wmissing-prototypes \
    -Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef -Wvla \
    -Wnull-dereference -Wimplicit-fallthrough -Wswitch-enum -Wdouble-promotion
# Loops vectorize; no flag here lets values change.
optimize := $(if $(SAN),-O1 -fno-omit-frame-pointer,-O3) -fno-math-errno \
    -fno-trapping-math -ffp-contract=off
# What clang cannot make vectors of beside a sanitizer is no fault.
sanitize := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all \
    $(if $(findstring clang,$(CC)),-Wno-pass-failed))
defines  := -D_GNU_SOURCE -DCNNCTL_VERSION='"$(VERSION)"' \
    $(if $(WIDE),-DWIDE_VECTORS -Wno-psabi) \
    $(if $(findstring fuzzer,$(SAN)),-DTINY_BUFFERS)

# A sanitizer's report needs lines, no variables.
CFLAGS  ?= $(if $(SAN),-g1,-g) $(optimize)
all_cflags := -std=c11 $(warnings) $(WERROR) $(sanitize) $(defines) -Isrc \
    $(pkg_cflags) $(CFLAGS)
all_ldflags := $(sanitize) $(LDFLAGS)

# Several processes: one file, compiled and linked by MPICC.
MPICC       ?= mpicc
mpi_source  := src/train/exchange_mpi.c
mpi_program := $(B)/cnnctl-mpi
with_mpi    := $(if $(shell command -v $(MPICC)),$(mpi_program))
mpi_names   := $(foreach name,openmpi mpich,$(if \
    $(shell command -v mpicc.$(name)),$(name)))

# What takes longest to compile begins first.
slow_first = $(filter src/tensor/isa_%,$(1)) $(filter-out src/tensor/isa_%,$(1))

sources := $(call slow_first,$(filter-out src/app/witness.c $(mpi_source), \
    $(wildcard src/*/*.c)))
# Training enters none of these: races are looked for in the rest, and these are
# the plain build's.
ifeq ($(SAN),thread)
sources := $(filter-out $(patsubst %,src/%/%.c,export figure import look manual \
    onnx operators plot report),$(sources))
spared  := build/libcnnctl.a
endif
# The messages of a format, made from what onnx.proto says of them.
messages := $(O)/onnx/onnx.pb-c
library := $(B)/libcnnctl.a
support := $(B)/libsupport.a
program := $(B)/cnnctl

# The network once more, in double precision: for gradient checks, and as what
# fit --check computes differences with, one object of which witness.h alone can
# be seen.  What knows no real is the program's own.  Sanitizers see the same
# sources as they are trained with, so their witness is the plain one.
double_sources := $(call slow_first,$(filter-out $(mpi_source) \
    src/train/bench.c src/train/checkpoint.c src/train/counters.c,$(wildcard \
    $(patsubst %,src/%/*.c,tensor conv activation init data augment layer loss \
    metric update schedule graph train notation document))))
double  := $(B)/libdouble.a
witness := $(if $(SAN),build,$(B))/witness.o
OBJCOPY ?= objcopy

# Each folder of tests is one Criterion program; support is linked to all.
test_folders := $(patsubst tests/%/,%,$(sort $(dir \
    $(wildcard $(patsubst %,tests/%/*.c,unit train kernel grad golden)))))
formatted := $(wildcard src/*.[ch] src/*/*.[ch] tests/*/*.[ch])
man_pages := $(wildcard man/*.[15])

objects_of = $(patsubst src/%.c,$(O)/%.o,$(patsubst tests/%.c,$(O)/tests/%.o,$(1)))
doubles_of = $(patsubst $(O)/%,$(O)/double/%,$(objects_of))
quiet = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2);)

.PHONY: all programs always mpi clean help install uninstall lint format format-check man bench \
    check check-unit check-train check-kernel check-grad check-golden \
    check-config check-cli check-browser check-mpi check-mpi-long check-man check-sanitized check-sanitized-long check-tsan check-memory check-levels check-wide check-wide-build \
    check-valgrind check-faults check-writers check-kill check-costs bench-conv fuzz fuzz-smoke
.DELETE_ON_ERROR:
.SECONDARY:

all: $(program) $(with_mpi) ## build the program (default); cnnctl-mpi where there is MPI

programs: all $(test_folders:%=$(B)/tests/%) $(B)/tests/memory \
    $(mpi_names:%=$(mpi_program).%) ## build what the tests run

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-20s %s\n", $$1, $$2}' Makefile

$(program): $(O)/main.o $(library) $(spared)
	$(call quiet,LD,$@)$(CC) $(all_ldflags) -o $@ $^ $(pkg_libs)

mpi: $(mpi_program) ## build cnnctl-mpi, by MPICC (default: mpicc)

# cnnctl-mpi by MPICC, cnnctl-mpi.NAME by mpicc.NAME, whatever MPICC is.
define mpi_program_of
$(O)/mpi$(1).o: $(mpi_source) $(O)/mpi$(1).by
	@mkdir -p $$(@D)
	$$(call quiet,MPI,$(2))$(2) $$(all_cflags) -MMD -MP -c -o $$@ $$<

# The compiler by which it was made: another makes another.
$(O)/mpi$(1).by: always
	@mkdir -p $$(@D); echo '$(2)' | cmp -s - $$@ || echo '$(2)' >$$@

$(mpi_program)$(1): $(O)/main.o $(O)/mpi$(1).o $(library)
	$$(call quiet,LD,$$@)$(2) $$(all_ldflags) -o $$@ $$^ $(pkg_libs)
endef
$(eval $(call mpi_program_of,,$(MPICC)))
$(foreach name,openmpi mpich,$(eval $(call mpi_program_of,.$(name),mpicc.$(name))))
always:

$(library): $(call objects_of,$(sources)) $(witness) $(messages:%=%.o)
$(support): $(call objects_of,$(wildcard tests/support/*.c))
$(double): $(call doubles_of,$(double_sources)) \
    $(call objects_of,$(wildcard src/base/*.c src/codec/*.c src/conf/*.c))
$(library) $(support) $(double):
	$(call quiet,AR,$@)rm -f $@ && $(AR) rcs $@ $^

ifneq ($(SAN),)
$(witness): always
	@$(MAKE) --no-print-directory SAN= B=build $(if $(findstring clang,$(CC)),CC=cc) $@
else
$(witness): $(O)/double/app/witness.o $(double)
	$(call quiet,LD,$@)$(CC) -r -nostdlib -Wl,--force-group-allocation -o $@ $^ && \
	    $(OBJCOPY) --keep-global-symbol=witness_new \
	    --keep-global-symbol=witness_free \
	    --keep-global-symbol=witness_objective $@
endif

define compile_double
@mkdir -p $(@D)
$(call quiet,CC,double/$*.c)$(CC) $(filter-out -Wdouble-promotion,$(all_cflags)) \
    -DREAL_DOUBLE -MMD -MP -c -o $@ $<
endef
$(O)/double/%.o: src/%.c
	$(compile_double)
$(O)/double/tests/%.o: all_cflags += -Itests
$(O)/double/tests/%.o: tests/%.c
	$(compile_double)

$(call objects_of,$(wildcard src/onnx/*.c)): $(O)/onnx/onnx.pb-c.h
$(O)/onnx/%.o: all_cflags += -isystem $(O)/onnx
$(O)/onnx/%.pb-c.c $(O)/onnx/%.pb-c.h &: src/onnx/%.proto
	@mkdir -p $(@D)
	$(call quiet,GEN,onnx/$*.proto)protoc-c --proto_path=src/onnx --c_out=$(@D) $<
$(O)/onnx/%.pb-c.o: $(O)/onnx/%.pb-c.c
	$(call quiet,CC,onnx/$*.pb-c.c)$(CC) $(filter-out -W%,$(all_cflags)) -c -o $@ $<

$(O)/%.o: src/%.c
	@mkdir -p $(@D)
	$(call quiet,CC,$*.c)$(CC) $(all_cflags) -MMD -MP -c -o $@ $<

$(O)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(call quiet,CC,tests/$*.c)$(CC) $(all_cflags) -Itests -MMD -MP -c -o $@ $<

# Unrolled as these are, where every variable lives takes as long to write down
# as the code does, and checks in line take longer still: lines and calls do.
calls := $(if $(findstring address,$(SAN)),$(if $(findstring clang,$(CC)),, \
    --param asan-instrumentation-with-call-threshold=0))
$(O)/tensor/isa_%.o $(O)/double/tensor/isa_%.o: \
    all_cflags := $(patsubst -g,-g1 -fno-var-tracking,$(all_cflags)) $(calls)

# These compute little: what compiles sooner is done sooner.
$(O)/tests/unit/%.o: all_cflags += -O1

define test_program
$(B)/tests/$(1): $(call objects_of,$(wildcard tests/$(1)/*.c)) $(support) $(library)
	@mkdir -p $$(@D)
	$$(call quiet,LD,$$@)$(CC) $(all_ldflags) -o $$@ $$^ $(pkg_libs) -lcriterion
endef
$(foreach folder,$(filter-out grad,$(test_folders)),$(eval $(call test_program,$(folder))))

$(B)/tests/grad: $(call doubles_of,$(wildcard tests/grad/*.c) $(patsubst \
    %,tests/support/%.c,blocked defaults fake_layers naive_conv rig trial)) $(double)
	@mkdir -p $(@D)
	$(call quiet,LD,$@)$(CC) $(all_ldflags) -o $@ $^ $(pkg_libs) -lcriterion

check: format-check $(test_folders:%=check-%) check-config check-cli check-man ## run all tests
	scripts/lint

$(test_folders:%=check-%): check-%: $(B)/tests/%
	$<

check-config check-cli: check-%: $(program)
	tests/$*/run $(abspath $(program))

check-browser: $(program) ## look at a report with a browser
	tests/browser/run $(abspath $(program))

check-mpi: $(program) $(mpi_names:%=$(mpi_program).%) ## several processes against one
	tests/mpi/run $(B)

check-mpi-long: $(program) $(mpi_names:%=$(mpi_program).%) ## the same with all numbers of ranks, and 20 kills
	tests/mpi/run -l $(B)

check-man: $(program)
	scripts/make-man --check $(program)

$(B)/tests/tsan: $(O)/tests/tsan/main.o $(support) $(library) $(spared)
	@mkdir -p $(@D)
	$(call quiet,LD,$@)$(CC) $(all_ldflags) -o $@ $^ $(pkg_libs) -lcriterion

check-tsan: $(library) ## the threaded parts under ThreadSanitizer
	@$(MAKE) --no-print-directory SAN=thread build/thread/tests/tsan \
	    build/thread/cnnctl
	TSAN_OPTIONS=halt_on_error=1 \
	    build/thread/tests/tsan tests/tsan/small.yaml
	TSAN_OPTIONS=halt_on_error=1 \
	    build/thread/cnnctl fit tests/tsan/small.yaml --threads 3 -q \
	    -o build/thread/small.safetensors --force

$(B)/tests/memory: $(O)/tests/memory/main.o $(support) $(library)
	@mkdir -p $(@D)
	$(call quiet,LD,$@)$(CC) $(all_ldflags) -o $@ $^ $(pkg_libs) -lcriterion

check-memory: $(B)/tests/memory ## no allocation in the training loop
	$< tests/tsan/small.yaml

# Tests without Criterion, for emulators: see scripts/check-aarch64.
$(O)/plain/%.o: tests/%.c
	@mkdir -p $(@D)
	$(call quiet,CC,tests/$*.c)$(CC) $(all_cflags) -isystem tests/plain -Itests -MMD -MP -c -o $@ $<
plain_of = $(patsubst tests/%.c,$(O)/plain/%.o,$(wildcard $(patsubst %,tests/%/*.c,plain support $(1))))
$(B)/tests/plain-kernel: $(call plain_of,kernel) $(library)
$(B)/tests/plain-golden: $(call plain_of,golden) $(library)
$(B)/tests/plain-%:
	@mkdir -p $(@D)
	$(call quiet,LD,$@)$(CC) $(all_ldflags) -o $@ $^ $(pkg_libs)

check-wide: ## tests of the numbers in vectors of 64 bytes, on any processor
	@$(MAKE) --no-print-directory WIDE=1 check-wide-build
	CNNCTL_KERNELS=portable build/wide/tests/kernel
	CNNCTL_KERNELS=portable build/wide/tests/golden

check-wide-build: $(B)/tests/kernel $(B)/tests/golden

# Those of the kernels that ask trial.h for an instruction set; the others try
# all of them by themselves.
check-levels: $(program) $(B)/tests/kernel $(B)/tests/golden ## tests of the numbers on lower instruction sets
	@suites=$$(grep -l trial_ tests/kernel/*.c | xargs \
	    sed -n 's/^Test(\([a-z0-9_]*\),.*/\1/p' | sort -u | paste -sd '|'); \
	for level in avx2 portable; do \
	    CNNCTL_KERNELS=$$level $< version >/dev/null 2>&1 || continue; \
	    echo "kernel and golden, $$level"; \
	    CNNCTL_KERNELS=$$level $(B)/tests/kernel --filter "@($$suites)/*" && \
	    CNNCTL_KERNELS=$$level $(B)/tests/golden || exit 1; \
	done

check-valgrind: $(program) ## a smoke test of every command under valgrind
	scripts/check-valgrind $(program)

check-faults: $(program) ## fail every call and allocation, one by one (long)
	tests/fault/run $(abspath $(program))
	tests/fault/full-disk $(abspath $(program))
	@$(MAKE) --no-print-directory SAN=address,undefined \
	    build/address-undefined/tests/faulty
	tests/fault/run -w -s 11 build/address-undefined/tests/faulty

check-costs: $(program) ## costs in proportion, counted by valgrind
	tests/cost/run $(abspath $(program))

# The program whose allocations fail on demand, for the sanitizers.
$(B)/tests/faulty: $(O)/main.o $(O)/tests/fault/wrap.o $(library)
	@mkdir -p $(@D)
	$(call quiet,LD,$@)$(CC) $(all_ldflags) -Wl,--wrap=malloc \
	    -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=aligned_alloc \
	    -o $@ $^ $(pkg_libs)

check-writers: $(program) ## 200 rounds of several writers of one output (long)
	tests/fault/writers $(abspath $(program))

check-kill: $(program) ## kill training 100 times (long)
	tests/fault/kill -n 100 $(abspath $(program))

# Fuzz targets: one file of tests/fuzz each but for what they share.  They need
# clang and its runtime, and a library of their own.
fuzz_shared  := fuzz document samples
fuzz_targets := $(filter-out $(fuzz_shared),$(patsubst tests/fuzz/%.c,%, \
    $(wildcard tests/fuzz/*.c)))

fuzz: ## build the fuzz targets into build/fuzz (clang)
	@$(MAKE) --no-print-directory CC=clang B=build/fuzz \
	    SAN=fuzzer-no-link,address,undefined $(fuzz_targets:%=build/fuzz/%) \
	    build/fuzz/obj/main.o

fuzz-smoke: fuzz ## run every fuzz target for 10 seconds
	scripts/fuzz -t 10

# No input gets as far as the products, which take a sanitizer minutes.
build/fuzz/obj/tensor/isa_%.o: all_cflags += -fno-sanitize=all

$(fuzz_targets:%=build/fuzz/%): build/fuzz/%: $(O)/tests/fuzz/%.o \
    $(fuzz_shared:%=$(O)/tests/fuzz/%.o) $(library)
	$(call quiet,LD,$@)$(CC) -fsanitize=fuzzer,address,undefined $(LDFLAGS) \
	    -o $@ $^ $(pkg_libs)

check-sanitized: ## unit and command line tests under ASan and UBSan
	scripts/check-sanitized

check-sanitized-long: ## the same, and every command's help and errors
	scripts/check-sanitized docs

# There is one to install where it has been built; it is then brought up to date.
built_mpi := $(wildcard $(mpi_program))

# Every file that is installed, as PLACE:SOURCE, the place under PREFIX.
installed := bin/cnnctl:$(program) $(patsubst %,bin/cnnctl-mpi:%,$(built_mpi)) $(foreach page,$(man_pages), \
    share/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page)):$(page)) \
    share/bash-completion/completions/cnnctl:$(B)/completion.bash \
    share/zsh/site-functions/_cnnctl:$(B)/completion.zsh \
    $(foreach config,$(wildcard configs/*.yaml configs/*/*.yaml), \
    share/doc/cnnctl/examples/$(config:configs/%=%):$(config))

$(B)/completion.%: $(program) scripts/completion.awk
	$< help --tables | awk -v shell=$* -f scripts/completion.awk >$@

install: $(program) $(built_mpi) $(B)/completion.bash $(B)/completion.zsh ## install under $(DESTDIR)$(PREFIX)
	@for pair in $(installed); do \
	    mode=644; [ -x "$${pair#*:}" ] && mode=755; \
	    install -D -m $$mode "$${pair#*:}" "$(DESTDIR)$(PREFIX)/$${pair%%:*}" || exit 1; \
	done

uninstall: ## remove what install put there
	@for pair in $(installed) bin/cnnctl-mpi:; do rm -f "$(DESTDIR)$(PREFIX)/$${pair%%:*}"; done

man: $(program) ## bring the generated parts of the man pages up to date
	scripts/make-man $(program)

bench: $(program) ## compare speed with PyTorch and onnxruntime
	$(PYTHON) scripts/bench-peers

# Convolutions by layer and algorithm, for whoever tunes them.
bench-conv: $(B)/bench-conv ## build the benchmark of the convolutions
$(B)/bench-conv: $(O)/tests/bench/conv.o $(support) $(library)
	$(call quiet,LD,$@)$(CC) $(all_ldflags) -o $@ $^ $(pkg_libs)

lint: ## layering, words, budgets, clang-tidy, cppcheck, man pages
	scripts/lint --full

format: ## rewrite the sources in the house style
	clang-format-14 -i $(formatted)

format-check: ## fail if a source is not in the house style
	@clang-format-14 --dry-run -Werror $(formatted)

clean: ## remove build/
	rm -rf build

# Of this build alone: others may be writing theirs.
-include $(shell find $(O) -name '*.d' 2>/dev/null)
