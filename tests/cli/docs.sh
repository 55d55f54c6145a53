# shellcheck shell=bash
# What is derived from the tables agrees with them: help, man pages, reference
# configuration, schema, completion; and every command keeps the common rules.

every_command() { "$CNNCTL" help --commands; }

page_of() { # COMMAND
    echo "$ROOT/man/cnnctl-${1%% *}.1"
}

# Not those of the examples, which stand before the usage.
options_in() { # HELP
    sed '1,/^usage:/d' "$1" |
        grep -oE -e '^  (    |-[a-zA-Z], )--[a-z0-9-]+' | grep -oE -e '--[a-z0-9-]+'
}

# Paths of all sections, kinds and keys.
every_path() {
    "$CNNCTL" help --tables | sed -n 's/^keys//p' | tr ' ' '\n' |
        grep '\.' | sort -u
}

test_every_command_has_help() {
    every_command >commands
    expect_line commands '^fit$'
    while read -r command; do
        # shellcheck disable=SC2086 # one or two words
        run $command --help
        expect_status 0
        expect_no_stderr
        [ "$(head -n 1 stdout)" = Examples: ] || fail "examples stand first"
        expect_line stdout "^usage: cnnctl $command( |$)"
        expect_no_line stdout '.{80}'
        cp stdout help
        # shellcheck disable=SC2086
        run help $command
        expect_same stdout help
    done <commands
}

test_every_option_of_help_is_in_the_man_page() {
    every_command >commands
    while read -r command; do
        page=$(page_of "$command")
        expect_file "$page"
        # shellcheck disable=SC2086
        run $command --help
        options_in stdout | sort -u >offered
        grep '^\.It ' "$page" | grep -oE 'Fl .-[a-z0-9-]+( |$)' |
            sed -E 's/^Fl .-([^ ]*).*/--\1/' | sort -u >described
        missing=$(comm -23 offered described)
        [ -z "$missing" ] || fail "not in $page:" "$missing"
        expect_line "$page" "^\.Nm cnnctl $command$"
    done <commands
}

test_every_exit_status_is_in_every_man_page() {
    for page in "$ROOT"/man/*.1; do
        sed -n 's/^\.It \([0-9]*\)$/\1/p' "$page" >described
        missing=$(printf '%s\n' 0 1 3 64 65 66 70 71 73 74 75 78 130 141 |
            grep -vxFf described || true)
        [ -z "$missing" ] || fail "not in $page:" "$missing"
    done
}

test_options_that_every_command_takes() {
    every_command >commands
    while read -r command; do
        # Without operands: wrong usage of some, but not of these options.
        # shellcheck disable=SC2086
        run $command --threads=2 --color=never --progress=never -q -v -v
        expect_no_line stderr '(threads|color|progress|quiet|verbose|-[qv])'
        # shellcheck disable=SC2086
        run $command --threads=0
        expect_error 64 "^cnnctl $command: error: .*--threads"
        # shellcheck disable=SC2086
        run $command --colour=never
        expect_error 64 "^cnnctl $command: error: .*--colour"
    done <commands
}

# --json where it is documented to be; elsewhere it is wrong usage, and help
# does not offer it.  --set: help and parser agree.
test_json_and_set_are_taken_where_help_says_so() {
    every_command >commands
    while read -r command; do
        for option in --json --set; do
            argument=
            [ $option = --json ] || argument=seed=1
            # shellcheck disable=SC2086
            run $command --help
            offered=$(grep -cE -e "^ +(-s, )?$option( |$)" stdout || true)
            # shellcheck disable=SC2086
            run $command $option $argument </dev/null
            refused=$(grep -cE "error: $option: has no effect" stderr || true)
            [ $((offered + refused)) -eq 1 ] ||
                fail "help offers $option $offered times"
            [ "$refused" -eq 0 ] || expect_error 64 "^cnnctl $command: error: "
        done
        # shellcheck disable=SC2086
        run $command --help
        case $command in
        info | evaluate | 'checkpoint show' | 'data stats' | 'data check' | bench | version)
            expect_line stdout '--json'
            ;;
        *) expect_no_line stdout '--json' ;;
        esac
    done <commands
}

# Words on standard error, --quiet, --verbose and progress leave the result
# alone, and a result that is not a terminal's has no control characters.
test_stdout_is_the_result_alone() {
    need_model
    need_digits
    for words in "info $config" "info --json $model" "config show $config" \
        "evaluate $model $config" "predict $model $rows" \
        "data stats $config" "data show $config" "checkpoint show $model" \
        "version"; do
        # shellcheck disable=SC2086
        run $words
        expect_status 0
        cp stdout plain
        [ -s plain ] || fail "no result"
        expect_no_line plain "$(printf '[\001-\010\013-\037]')"
        for more in -q --progress=always --color=auto; do
            # shellcheck disable=SC2086
            run $words $more
            expect_status 0
            expect_same stdout plain
        done
        # shellcheck disable=SC2086
        run $words -q
        expect_no_stderr
    done
}

# Numbers are read and printed with a point, whatever the environment says.
test_the_locale_changes_nothing() {
    need_model
    mkdir locales
    localedef -i de_DE -f UTF-8 "$PWD/locales/de_DE.UTF-8" >log 2>&1 ||
        skip "no locale with a decimal comma can be made"
    export LOCPATH=$PWD/locales
    [ "$(LC_ALL=de_DE.UTF-8 awk 'BEGIN {printf "%d", "1"}')" = 1 ] ||
        skip "the locale does not work"
    for words in "evaluate $model $config" "config show $config" \
        "info -v $config" "help train.adam"; do
        # shellcheck disable=SC2086
        run $words
        cp stdout plain
        # shellcheck disable=SC2086
        LC_ALL=de_DE.UTF-8 run $words
        expect_status 0
        expect_same stdout plain
    done
}

test_help_knows_every_path() {
    every_path >paths
    [ "$(wc -l <paths)" -ge 100 ] || fail "too few paths"
    while read -r path; do
        run help "$path"
        expect_status 0
        expect_no_stderr
        expect_line stdout "^${path//./\\.}$"
        expect_no_line stdout '.{80}'
    done <paths
}

test_help_of_keys() {
    run help train.learning_rate
    expect_line stdout '^  default  required$'
    expect_line stdout '^  with adam: default 0\.001$'
    expect_line stdout '^  with sgd: required$'
    run help train.adam
    expect_line stdout '^  beta1 +0\.9 +Share'
    run help train.update
    expect_line stdout 'adamax'
    run help layers.conv2d.pad
    expect_line stdout '^  unit     pixels$'
    run help layers.W
    expect_line stdout '^  he_normal +Normal'
    expect_line stdout '^  in dense: default glorot_uniform$'
    run help layers.conv2d.W.he_normal.gain
    expect_status 0
    expect_line stdout '^layers\.W\.he_normal\.gain$'
    run help layers.conv2d.nonlinearity.leaky_rectify
    expect_line stdout '^  leakiness +0\.01'
    run help data.test.csv
    expect_line stdout '^  label_column'
    # Commands win over keys, a final dot asks for the section.
    run help data
    expect_line stdout '^  cnnctl data stats'
    run help data.
    expect_line stdout '^data\.split$'
    run help seed
    expect_line stdout '^  default  42$'
}

test_help_of_unknown_words_suggests() {
    run help train.lerning_rate
    expect_error 64 '; did you mean train\.learning_rate\?$'
    run help adam
    expect_error 64 '; did you mean train\.adam\?$'
    run help predcit
    expect_error 64 '; did you mean predict\?$'
    run help layers.conv2d.padd
    expect_error 64 '; did you mean layers\.conv2d\.pad\?$'
    run help xyzzy
    expect_error 64 '^cnnctl help: error: xyzzy: neither a command, a key nor a rule$'
}

# The page for keys and the reference configuration name each of them.
test_every_key_is_in_the_man_page_and_the_reference() {
    every_path >paths
    while read -r path; do
        name=${path##*.}
        grep -qE "^\.(It Cm .&$name|Ss .*$name)$" "$ROOT/man/cnnctl-config.5" ||
            fail "$path is not in the man page"
        case $path in
        layers.nonlinearity.* | layers.W.*) continue ;;
        esac
        grep -qE "^ *#*((- )?$name(:|$)|(update|loss): $name$)" \
            "$ROOT/configs/reference.yaml" || fail "$path is not in the reference"
    done <paths
}

test_the_reference_is_that_of_the_program() {
    "$CNNCTL" help --tables | awk -f "$ROOT/scripts/reference.awk" >reference.yaml
    expect_same reference.yaml "$ROOT/configs/reference.yaml"
    run config check "$ROOT/configs/reference.yaml"
    expect_status 0
    expect_no_stderr
    # A fit of it gets as far as its first batch.
    run fit "$ROOT/configs/reference.yaml" --dry-run -o m.safetensors -q
    expect_status 0
}

# What is commented out is right without its `#`, but for what such a network
# has not.
test_every_block_of_the_reference_is_right() {
    cat >bare.yaml <<'END'
layers:
  - input: {shape: [3, 28, 28]}
  - dense: {num_units: 10, nonlinearity: softmax}
train: {update: adam, max_epochs: 20}
END
    {
        cat bare.yaml
        echo 'data: {train: {images: FILE, labels: FILE}}'
    } >base.yaml
    awk -v base=base.yaml -v bare=bare.yaml -f "$ROOT/tests/cli/blocks.awk" \
        "$ROOT/configs/reference.yaml"
    for key in images csv augment normalize concat residual metrics average \
        schedule early_stopping 'update: adam' 'loss: huber'; do
        grep -qE "^ *(- )?$key(:|$)" block-*.yaml || fail "no block of $key"
    done
    set -- block-*.yaml
    [ $# -ge 100 ] || fail "only $# blocks"
    for file in block-*.yaml; do
        run config check "$file"
        [ "$status" -eq 0 ] || grep -vE 'is no metric of|regression: true' stderr |
            grep -vE 'in the last layer|one output for two|has 1 incoming' |
            sed 's/^/     | /' >wrong
        [ "$status" -eq 0 ] || [ ! -s wrong ] ||
            fail "$(cat "$file" wrong) is not right"
    done
}

test_origins_resolve_to_the_same_document() {
    for file in "$ROOT"/configs/*.yaml "$ROOT"/configs/*/*.yaml \
        "$ROOT"/tests/config/good/*.yaml; do
        run config show "$file"
        [ "$status" -eq 0 ] || continue
        cp stdout want
        run config show --origins "$file"
        expect_status 0
        expect_no_line stdout '^[^#]*$'
        cp stdout origins.yaml
        run config show origins.yaml
        expect_status 0
        expect_same stdout want
    done
}

test_origins_name_file_line_and_set() {
    cat >c.yaml <<'END'
layers:
  - input: {shape: [1, 8, 8]}
  - conv2d:
      num_filters: 2
      filter_size: 3
      W: he_normal
  - dropout
  - dense: {num_units: 3, b: 0.5}
END
    run config show --origins c.yaml -s layers.conv2d1.pad=1 -s seed=7
    expect_status 0
    expect_line stdout '^seed: 7 +# --set #2$'
    expect_line stdout '^layers: +# c\.yaml:1$'
    expect_line stdout '^      num_filters: 2 +# c\.yaml:4$'
    expect_line stdout '^      pad: 1 +# --set #1$'
    expect_line stdout '^      stride: 1 +# default$'
    expect_line stdout '^        he_normal: +# c\.yaml:6$'
    expect_line stdout '^          gain: 1 +# default$'
    expect_line stdout '^  - dropout: +# c\.yaml:7$'
    expect_line stdout '^      p: 0\.5 +# default$'
    expect_line stdout '^          val: 0\.5 +# c\.yaml:8$'
    expect_line stdout '^engine: +# default$'
}

test_config_check_is_silent_unless_asked() {
    small_config c.yaml
    run config check c.yaml
    expect_status 0
    expect_no_stdout
    expect_no_stderr
    run config check -v c.yaml
    expect_status 0
    expect_no_stdout
    expect_stderr 'c.yaml: valid, 6 layers, 2594 parameters'
}

test_no_command_says_how_to_call() {
    for words in '' config checkpoint data; do
        # shellcheck disable=SC2086
        run $words
        expect_status 64
        expect_no_stdout
        case $(head -n 1 stderr) in
        "usage: cnnctl "*) ;;
        *) fail "the first line is not the usage" ;;
        esac
    done
}

completion_for() { # SHELL
    "$CNNCTL" help --tables | awk -v shell="$1" -f "$ROOT/scripts/completion.awk"
}

# Candidates for the last of the words, sorted on one line.
complete_words() { # WORD...
    bash --norc -c '
        . ./completion
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        _cnnctl
        printf "%s\n" "${COMPREPLY[@]}"' bash cnnctl "$@" |
        LC_ALL=C sort | tr '\n' ' '
}

expect_completion() { # WANTED WORD...
    local wanted=$1
    shift
    got=$(complete_words "$@")
    [ "$got" = "$wanted " ] || fail "cnnctl $*: got '$got', want '$wanted '"
}

test_completion_of_bash() {
    completion_for bash >completion
    bash -n completion || fail "bash does not read it"
    expect_completion 'fit' fi
    expect_completion 'predict' pr
    expect_completion 'check init schema show' config ''
    expect_completion 'show' -q config sho
    expect_completion '--epochs' fit x.yaml --ep
    expect_completion '--json' info --js
    expect_completion '--origins' config show --or
    expect_completion 'always auto never' info --color ''
    expect_completion 'always auto never' info --color =
    expect_completion 'never' info --color = n
    expect_completion 'fail record' predict --on-error = ''
    expect_completion 'train.learning_rate' help train.lea
    expect_completion 'layers.conv2d.num_filters layers.conv2d.num_groups' \
        help layers.conv2d.num
    [ -z "$(complete_words fit --js | tr -d ' ')" ] || fail "fit has no --json"
    while read -r command; do
        # shellcheck disable=SC2086
        run $command --help
        options_in stdout | LC_ALL=C sort | tr '\n' ' ' >want
        # shellcheck disable=SC2086
        complete_words $command -- >got
        expect_same got want
    done < <(every_command)
}

test_completion_of_zsh() {
    completion_for zsh >stdout
    [ "$(head -n 1 stdout)" = '#compdef cnnctl' ] || fail "the first line"
    while read -r command; do
        expect_line stdout "^'$command'\)$"
    done < <(every_command)
    command -v zsh >/dev/null || skip "zsh is not installed"
    zsh -n stdout
}

test_install_under_destdir() {
    build=$(dirname "$CNNCTL")
    [[ $build == "$ROOT"/build* ]] || skip "not a build of this tree"
    command -v make >/dev/null || skip "make is not installed"
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$ROOT" B="${build#"$ROOT/"}" \
        DESTDIR="$PWD/root" PREFIX=/usr install >log 2>&1 ||
        fail "$(cat log)"
    for file in bin/cnnctl share/man/man5/cnnctl-config.5 \
        share/man/man1/cnnctl.1 share/man/man1/cnnctl-config.1 \
        share/bash-completion/completions/cnnctl \
        share/doc/cnnctl/examples/quickstart.yaml \
        share/doc/cnnctl/examples/tutorial/net4.yaml \
        share/zsh/site-functions/_cnnctl; do
        expect_file "root/usr/$file"
    done
    while read -r command; do
        expect_file "root/usr/share/man/man1/$(basename "$(page_of "$command")")"
    done < <(every_command)
    [ ! -e "$build/cnnctl-mpi" ] || expect_file root/usr/bin/cnnctl-mpi
    [ -x root/usr/bin/cnnctl ] || fail "the program is not executable"
    run fit root/usr/share/doc/cnnctl/examples/quickstart.yaml -q --dry-run
    expect_status 0
    completion_for bash >completion
    expect_same completion root/usr/share/bash-completion/completions/cnnctl
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$ROOT" B="${build#"$ROOT/"}" \
        DESTDIR="$PWD/root" PREFIX=/usr uninstall >log 2>&1
    [ -z "$(find root -type f)" ] || fail "left behind: $(find root -type f)"
    mkdir -p blocked/usr && : >blocked/usr/share
    ! env -u MAKEFLAGS -u MAKELEVEL make -s -C "$ROOT" B="${build#"$ROOT/"}" \
        DESTDIR="$PWD/blocked" PREFIX=/usr install >log 2>&1 ||
        fail "a file that could not be installed is no failure"
}

# A key without its section is shown wherever it stands; one that layers have in
# common is known of each of them.
test_help_of_keys_alone() {
    for key in trainable:layers label_smoothing:train regression:train \
        classes:data update:train limit:data.train name:layers; do
        run help "${key%:*}"
        expect_status 0
        expect_line stdout "^${key#*:}\\.${key%:*}$"
        ! grep -q null stdout || fail "help ${key%:*} names nothing"
    done
    for key in trainable normalize pad; do
        run help "layers.conv2d.$key"
        expect_status 0
        expect_line stdout "^layers\\.(conv2d\\.)?$key$"
    done
    run help layers.nothing.trainable
    expect_status 64
}
