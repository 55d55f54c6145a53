# shellcheck shell=bash
# The command line itself: help, version, wrong usage.

commands='fit evaluate predict info checkpoint config data version help'

test_no_command_is_wrong_usage() {
    run
    expect_status 64
    expect_no_stdout
    expect_line stderr '^usage: cnnctl'
}

test_help_is_on_stdout_and_fits_60_lines() {
    run --help
    expect_status 0
    expect_no_stderr
    [ "$(wc -l <stdout)" -le 60 ] || fail "longer than 60 lines"
    for word in $commands --threads --color --progress --set --json; do
        expect_line stdout "(^|[^a-z])$word([^a-z]|$)"
    done
    cp stdout help
    run -h
    expect_same stdout help
    run help
    expect_same stdout help
}

test_help_lists_every_exit_status() {
    run --help
    for code in 0 1 3 64 65 66 70 71 73 74 75 78; do
        expect_line stdout "^ +$code +[a-z]"
    done
}

test_every_command_has_help_with_examples_first() {
    for command in fit evaluate predict info config data checkpoint; do
        run "$command" --help
        expect_status 0
        expect_no_stderr
        expect_line stdout "cnnctl $command"
        cp stdout help
        run help "$command"
        expect_status 0
        expect_same stdout help
    done
}

test_help_of_a_key_prints_type_default_and_meaning() {
    run help train.learning_rate
    expect_status 0
    expect_line stdout learning_rate
    run help train.max_epochs
    expect_status 0
    expect_line stdout '(^|[^0-9])100([^0-9]|$)'
    run help layers.conv2d
    expect_status 0
    expect_line stdout num_filters
    run help data.
    expect_status 0
    expect_line stdout normalize
}

test_help_of_an_unknown_word_is_wrong_usage() {
    while read -r word meant; do
        run help "$word"
        expect_error 64 "^cnnctl help: error: $word: neither .*; did you mean $meant\\?\$"
    done <<'END'
train.learnign_rate train.learning_rate
train.lr train.learning_rate
train.augment data.augment
train.seed seed
data.count data.train.digits.count
acc train.metrics.accuracy
convolution layers.conv2d
fitt fit
END
}

test_version_names_the_libraries() {
    run --version
    expect_status 0
    expect_no_stderr
    expect_line stdout '[0-9]+\.[0-9]+'
    for word in cnnctl OpenBLAS libyaml zlib; do
        grep -qi "$word" stdout || fail "$word is not named"
    done
    cp stdout version
    run -V
    expect_same stdout version
    run version
    expect_same stdout version
    run version --json
    expect_status 0
    for key in version blas kernel libyaml zlib; do
        expect_line stdout "\"$key\": *\""
    done
}

test_unknown_command() {
    run fti
    expect_error 64 "^cnnctl: error: .*fti.*fit"
}

test_unknown_option() {
    run info --jsn x.yaml
    expect_error 64 '^cnnctl info: error: .*--jsn'
}

test_options_are_not_abbreviated() {
    run info --verb x.yaml
    expect_error 64 '^cnnctl info: error: .*--verb'
}

test_an_option_without_its_value() {
    run fit x.yaml -o
    expect_error 64 '^cnnctl fit: error: '
}

test_a_flag_takes_no_value() {
    run info --json=yes x.yaml
    expect_error 64 '^cnnctl info: error: .*--json'
}

test_too_few_and_too_many_operands() {
    run fit
    expect_error 64 '^cnnctl fit: error: .*CONFIG'
    run fit a.yaml b.yaml
    expect_error 64 '^cnnctl fit: error: .*b\.yaml'
}

test_bad_option_values() {
    for option in --threads=0 --threads=x --threads=-1 --threads=1.5 \
        --color=red --progress=1 --epochs=0 --max-time=5 --max-time=m; do
        run fit x.yaml "$option"
        expect_error 64 "^cnnctl fit: error: .*${option%%=*}"
    done
}

test_a_word_that_is_nearly_one_of_several() {
    for word in val validation valdi; do
        run evaluate m.safetensors c.yaml --split "$word"
        expect_error 64 "^cnnctl evaluate: error: --split: expected train\|valid\|test, got '$word'; did you mean valid\?\$"
    done
    run evaluate m.safetensors c.yaml --split all
    expect_error 64 "got 'all'\$"
    run evaluate m.safetensors c.yaml --fail-under acc=0.5
    expect_error 64 "got 'acc=0\.5'; did you mean accuracy\?\$"
    run evaluate m.safetensors c.yaml --fail-under accuracy=most
    expect_error 64 "got 'accuracy=most'\$"
    run evaluate m.safetensors c.yaml --fail-under loss=-1
    expect_error 64 '--fail-under: loss: -1 is less than 0$'
}

test_help_says_of_which_models_options_are() {
    run help evaluate
    for option in top-k worst calibration; do
        sed -n "/--$option /,/^      --/p" stdout | tr -s ' \n' ' ' >text
        expect_line text "--$option .*Of classes alone"
    done
    run help predict
    for option in proba top-k threshold unsure; do
        sed -n "/--$option/,/^      --/p" stdout | tr -s ' \n' ' ' >text
        expect_line text "--$option.* [Nn]ot of regression"
    done
}

test_help_of_a_value_that_stands_for_a_mapping() {
    run help train.early_stopping
    expect_line stdout 'a number alone is patience'
    run help train.
    tr -s ' \n' ' ' <stdout >text
    expect_line text 'early_stopping'
    grep -q 'A mapping or its patience alone, an integer' \
        "$ROOT/man/cnnctl-config.5" || fail "the man page does not say so"
}

test_cnnctl_threads_is_checked() {
    small_config c.yaml
    CNNCTL_THREADS=many run info c.yaml
    expect_error 64 CNNCTL_THREADS
}

test_options_that_cannot_matter_are_wrong_usage() {
    run version --set seed=1
    expect_error 64 '^cnnctl version: error: .*--set'
    run predict m.safetensors --json
    expect_error 64 '^cnnctl predict: error: .*--json'
}

test_global_options_stand_before_and_after_the_command() {
    small_config c.yaml
    run --json info c.yaml
    expect_status 0
    cp stdout before
    run info c.yaml --json
    expect_status 0
    expect_same stdout before
    run info -s seed=7 --json -- c.yaml
    expect_status 0
    expect_same stdout before
}

test_a_double_dash_ends_the_options() {
    small_config ./-q.yaml
    run info -- -q.yaml
    expect_status 0
}

test_predict_proba_with_top_k_is_wrong_usage() {
    run predict m.safetensors --proba --top-k 2
    expect_error 64 '^cnnctl predict: error: .*--top-k'
}

test_evaluate_without_data_is_wrong_usage() {
    need_model
    run evaluate "$model"
    expect_error 64 '^cnnctl evaluate: error: '
}

test_fit_from_stdin_needs_output() {
    small_config c.yaml
    run fit - <c.yaml
    expect_error 64 '^cnnctl fit: error: .*(-o|--output)'
}
