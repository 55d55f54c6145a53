# shellcheck shell=bash
# Several runs of one document: fit --folds and fit --repeat.

# 37 rows of three classes, 16, 14 and 7 of them: series.csv, series.yaml.
need_series() {
    awk 'BEGIN {for (i = 0; i < 37; i++)
        print (i % 5 == 4 ? "c" : i % 5 < 2 ? "a" : "b") "," i * 7 % 11 "," i % 7}' \
        >series.csv
    cat >series.yaml <<'END'
data: {train: {csv: series.csv}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 6}
  - dropout
  - dense: {num_units: 3, nonlinearity: softmax}
train: {max_epochs: 6, batch_size: 8, learning_rate: 0.1}
END
}

# The rows that a model of fold $1 of $2 was validated with: ./got.
validated() { # MODEL FOLD FOLDS [OPTION...]
    local model=$1 fold=$2 folds=$3
    shift 3
    run evaluate "$model" series.yaml --split valid --predictions p.csv --force \
        -s data.split.folds="$folds" -s data.split.fold="$fold" "$@"
    expect_status 0
    expect_no_stderr
    tail -n +2 p.csv | cut -d, -f1 >got
}

# The numbers of a --metrics file without those that no two runs share.
timeless() { sed -E 's/"(dur|images_per_second)": [^,}]*//g' "$1"; }

test_folds_are_parts_of_every_class_in_order() {
    local fold
    need_series
    run fit series.yaml --folds 3 -o 'm{fold}.st' -q -s data.split.shuffle=false
    expect_status 0
    # By the rule, without the program: sample i of n is of the fold k of 3 with
    # ceil((k - 1) n / 3) <= i < ceil(k n / 3).
    awk -F, 'function up(x) {return x == int(x) ? x : int(x) + 1}
        {class[NR] = $1; n[$1]++}
        END {for (r = 1; r <= NR; r++) {
            m = n[class[r]]; i = seen[class[r]]++
            for (k = 1; i >= up(k * m / 3); k++) {}
            print r - 1 > ("want" k)
        }}' series.csv
    for fold in 1 2 3; do
        validated m$fold.st $fold 3 -s data.split.shuffle=false
        expect_same got want$fold
    done
}

test_every_sample_validates_once() {
    local fold
    need_series
    run fit series.yaml --folds 5 -o 'm{fold}.st' -q
    expect_status 0
    for fold in 1 2 3 4 5; do
        validated m$fold.st $fold 5
        cat got >>all
        run checkpoint show m$fold.st --config
        expect_line stdout "split: \{folds: 5, fold: $fold, stratify: true, shuffle: true\}"
    done
    sort -n all >sorted
    seq 0 36 >want
    expect_same sorted want
    ! sort -c -n all 2>/dev/null || fail "they were not drawn"
    # The first is what eval_size 1/5 holds out.
    run fit series.yaml -o one.st -q -s data.split.eval_size=1/5
    run evaluate one.st series.yaml --split valid --predictions p.csv \
        -s data.split.eval_size=1/5 --force
    tail -n +2 p.csv | cut -d, -f1 >first
    validated m1.st 1 5
    expect_same got first
    # The model knows what validated it.
    run evaluate m2.st series.yaml --split valid
    expect_line stderr 'trained with data.split \{folds: 5, fold: 2, .*cut by data.split \{eval_size: 0.2'
}

test_a_file_says_one_thing_of_its_fold() {
    local change
    need_series
    run fit series.yaml --folds 3 -o 'm{fold}.st' -q
    for change in 's/\\"fold\\":2/\\"fold\\":3/' 's/\\"folds\\":3/\\"folds\\":4/' \
        's/\\"folds\\":3,//' 's/ fold: 2,/ fold: 1,/'; do
        edit_header m2.st bad.st "$change"
        ! cmp -s m2.st bad.st || fail "nothing was changed by $change"
        run checkpoint verify bad.st
        expect_error 65 '^bad\.st: error: metadata split is of another fold'
    done
    run checkpoint verify m2.st
    expect_status 0
}

test_a_test_part_is_no_part_of_a_fold() {
    local fold
    need_series
    run fit series.yaml --folds 2 -o 'm{fold}.st' -q -s data.split.test_size=1/4
    expect_status 0
    for fold in 1 2; do
        validated m$fold.st $fold 2 -s data.split.test_size=1/4
        cat got >>all
    done
    run evaluate m1.st series.yaml --split test --predictions p.csv --force \
        -s data.split.test_size=1/4 -s data.split.folds=2 -s data.split.fold=1
    tail -n +2 p.csv | cut -d, -f1 >>all
    sort -n all >sorted
    seq 0 36 >want
    expect_same sorted want
}

test_a_run_is_the_one_made_by_hand() {
    need_series
    run fit series.yaml --folds 3 -o 'm{fold}.st' -q
    run fit series.yaml -o hand.st -s data.split.folds=3 -s data.split.fold=2 -q
    expect_same hand.st m2.st
    run fit series.yaml --repeat 3 -o '{seed}.st' -q -s seed=7
    expect_status 0
    run fit series.yaml -s seed=8 -o hand8.st -q
    expect_same hand8.st 8.st
    ! cmp -s 7.st 9.st || fail "the seeds have no effect"
    # What is written, and how many threads, changes nothing.
    run fit series.yaml --repeat 3 --threads 3 -s seed=7 --metrics again -q
    cp stdout kept
    run fit series.yaml --repeat 3 -o 'again{seed}.st' -s seed=7 -q
    expect_same <(sed 's/ *[0-9.]*s$//' kept) <(sed 's/ *[0-9.]*s$//' stdout)
    expect_same again8.st 8.st
}

test_headings_tables_and_means() {
    local key mean std error
    need_series
    run fit series.yaml --folds 4 --metrics log
    expect_status 0
    expect_no_file series.safetensors
    expect_line_count log 24
    [ "$(grep -c '^# Neural Network' stdout)" -eq 1 ] || fail "layers not once"
    [ "$(grep -c '^  epoch  ' stdout)" -eq 4 ] || fail "not four tables"
    for fold in 1 2 3 4; do
        expect_line stdout "^# Fold $fold of 4\$"
    done
    # Of the best epoch of each run, its first smallest validation loss.
    for key in train_loss valid_loss valid_accuracy penalty; do
        sed -E 's/.*"fold": ([0-9]+).*"valid_loss": ([^,}]*).*/\1 \2 &/' log |
            awk -v key="$key" '
            !($1 in best) || $2 + 0 < best[$1] + 0 {best[$1] = $2; line[$1] = $0}
            END {
                for (k in line) {
                    split(line[k], part, "\"" key "\": "); x[k] = part[2] + 0
                    mean += x[k] / 4
                }
                for (k in x) square += (x[k] - mean) ^ 2
                std = sqrt(square / 3)
                printf "%.5f %.5f %.5f\n", mean, std, std / 2
            }' >numbers
        read -r mean std error <numbers
        expect_line stdout "^$key +$mean +$std +$error\$"
    done
    expect_line stdout '^best epoch +mean +std +std/sqrt\(4\)$'
    expect_no_line stdout '^(dur|learning_rate|images_per_second) '
    run fit series.yaml --repeat 2 -s seed=7
    expect_line stdout '^# Seed 7$'
    expect_line stdout '^# Seed 8$'
    expect_line stdout '^best epoch +mean +std$'
    expect_line stdout '^valid_loss +[0-9.]+ +[0-9.]+$'
    # What no run has is not there.
    run fit series.yaml --repeat 2 -s data.split.eval_size=0 -q
    expect_status 0
    expect_line stdout '^train_loss '
    expect_no_line stdout '^valid_'
}

test_resumed_at_any_moment_it_ends_in_the_same_files() {
    local tries=0
    need_series
    run fit series.yaml --folds 3 -o 'want{fold}.st' --metrics want -q --epochs 6
    expect_status 0
    status=75
    while [ "$status" -eq 75 ]; do
        [ $((tries += 1)) -lt 100 ] || fail "it does not come to an end"
        run fit series.yaml --folds 3 -o 'm{fold}.st' --metrics log --resume \
            --epochs 6 --max-time 0.005s
    done
    expect_status 0
    [ $tries -gt 1 ] || fail "it was never stopped"
    for fold in 1 2 3; do
        expect_same m$fold.st want$fold.st
    done
    expect_same <(timeless log) <(timeless want)
    # All are there: nothing is trained, nothing changes.
    cp stdout means
    run fit series.yaml --folds 3 -o 'm{fold}.st' --metrics log --resume --epochs 6
    expect_status 0
    expect_no_line stdout '^ +[0-9]+( +[0-9.]+){4} '
    expect_same <(sed '1,/^# 3 folds/d' means) <(sed '1,/^# 3 folds/d' stdout)
    expect_same <(timeless log) <(timeless want)
    # One that is lost is trained again, and its lines find their place.
    rm m2.st
    run fit series.yaml --folds 3 -o 'm{fold}.st' --metrics log --resume --epochs 6
    expect_status 0
    expect_same m2.st want2.st
    expect_same <(timeless log) <(timeless want)
}

test_killed_and_resumed() {
    local round
    need_series
    run fit series.yaml --repeat 2 -o 'want{seed}.st' -q --epochs 40
    expect_status 0
    for round in 1 2 3; do
        "$CNNCTL" fit series.yaml --repeat 2 -o 'm{seed}.st' --resume --epochs 40 \
            >out$round 2>&1 &
        sleep 0.0$((round * 3))
        kill -KILL $! 2>/dev/null || true # it may be done
        wait $! 2>/dev/null || true
    done
    run fit series.yaml --repeat 2 -o 'm{seed}.st' --resume --epochs 40 -q
    expect_status 0
    expect_same m42.st want42.st
    expect_same m43.st want43.st
}

test_what_may_be_written_is_looked_at_first() {
    need_series
    : >m3.st
    run fit series.yaml --folds 3 -o 'm{fold}.st'
    expect_error 73 '^m3\.st: error: exists; --resume continues it'
    expect_no_file m1.st
    rm m3.st
    : >log
    run fit series.yaml --folds 3 -o 'm{fold}.st' --metrics log
    expect_error 73 '^log: error: exists'
    run fit series.yaml --folds 3 -o 'm{fold}.st' --metrics log --resume
    expect_error 73 '^log: error: exists'
    rm log
    run fit series.yaml --folds 3 -o 'none/m{fold}.st'
    expect_error 73 '^none/m1\.st: error: cannot create'
    mkdir 1 2
    run fit series.yaml --folds 3 -o '{fold}/m.st'
    expect_error 73 '^3/m\.st: error: cannot create'
    mkdir 3
    run fit series.yaml --folds 3 -o '{fold}/m.st' -q
    expect_status 0
    expect_file 3/m.st
    expect_no_file 3/.m.st.lock
    cp series.yaml 'm2.st'
    run fit m2.st --folds 3 -o 'm{fold}.st' --force
    expect_error 64 '^cnnctl fit: error: --output: m2\.st is read by the command'
    run fit series.yaml --folds 3 -o 'm{fold}.st' --metrics m2.st --force
    expect_error 64 'm2\.st is also given as --output|m2\.st is also given as --metrics'
}

test_a_run_that_another_process_writes_stops_it_first() {
    need_series
    "$CNNCTL" fit series.yaml -o m2.st --epochs 1000000 >first 2>&1 &
    wait_for_epoch $! first
    run fit series.yaml --folds 3 -o 'm{fold}.st' --force
    kill -KILL $!
    wait $! 2>/dev/null || true
    expect_error 73 '^m2\.st: error: is being written by another process'
    expect_no_file m1.st
}

test_wrong_usage() {
    need_series
    run fit series.yaml --folds 3 --repeat 3
    expect_error 64 '^cnnctl fit: error: --folds: not together with --repeat$'
    run fit series.yaml --folds 3 -o m.st
    expect_error 64 '^cnnctl fit: error: --output: m\.st needs \{fold\} in its name'
    run fit series.yaml --repeat 3 -o 'm{fold}.st'
    expect_error 64 'needs \{seed\} in its name'
    run fit series.yaml --folds 3 --resume
    expect_error 64 '^cnnctl fit: error: --resume: needs --output'
    run fit series.yaml --repeat 3 --max-time 5m
    expect_error 64 '^cnnctl fit: error: --max-time: needs --output'
    run fit series.yaml --folds 1
    expect_error 64 '^cnnctl fit: error: --folds: 1 is not in \[2, '
    run fit series.yaml --repeat 3 -s seed=9007199254740990
    expect_error 64 '^cnnctl fit: error: --repeat: seeds from 9007199254740990 on end at 9007199254740991$'
    run fit series.yaml --repeat 2 -s seed=9007199254740990 -q
    expect_status 0
}

test_what_folds_take_the_place_of_is_refused() {
    need_series
    run fit series.yaml --folds 3 -s data.split.eval_size=0.3
    expect_error 78 '^--set #1: error: data\.split\.eval_size: has no effect beside --folds'
    sed 's/{csv: series.csv}/&, valid: {csv: series.csv}/' series.yaml >valid.yaml
    run fit valid.yaml --folds 3
    expect_error 78 '^valid\.yaml:1:34: error: data\.valid: has no effect beside --folds'
    # The largest class has 16 of the 37 rows.
    run fit series.yaml --folds 16 -q
    expect_status 0
    run fit series.yaml --folds 17
    expect_error 78 '^series\.yaml: error: data\.split\.folds: 17 are too many, the largest class has 16 samples$'
    run fit series.yaml --folds 37 -q -s data.split.stratify=false
    expect_status 0
    run fit series.yaml --folds 38 -s data.split.stratify=false
    expect_error 78 'data\.split\.folds: 38 are too many, there are 37 samples$'
}

test_it_stops_where_a_run_fails() {
    need_series
    run fit series.yaml --folds 3 -o 'm{fold}.st' -s train.learning_rate=1e6 \
        -s train.l2=1e6
    expect_status 3
    expect_line stderr '^Fold 1 of 3 has not come to its end: there are no means$'
    expect_line stderr 'error: training diverged'
    expect_no_line stdout '^# (Fold 2|3 folds)'
    expect_no_file m2.st
}

test_stopped_by_a_signal() {
    need_series
    "$CNNCTL" fit series.yaml --repeat 2 --epochs 1000000 >out 2>err &
    wait_for_epoch $! out
    kill -INT $!
    status=0
    wait $! || status=$?
    expect_status 130
    expect_line err 'nothing was kept$'
    expect_no_line err 'resume'
    "$CNNCTL" fit series.yaml --repeat 2 -o 'm{seed}.st' --epochs 1000000 >out 2>err &
    wait_for_epoch $! out
    kill -TERM $!
    status=0
    wait $! || status=$?
    expect_status 143
    expect_line err '^Seed 42 has not come to its end'
    expect_line err '\-\-resume continues$'
    expect_file m42.st
    expect_no_file .m42.st.lock
    expect_no_file m43.st
}

test_dry_run_tries_every_run_and_writes_nothing() {
    need_series
    run fit series.yaml --folds 3 -o 'm{fold}.st' --metrics log --dry-run
    expect_status 0
    [ "$(grep -c 'nothing was written' stderr)" -eq 3 ] || fail "not three"
    [ "$(ls -A)" = "$(printf '%s\n' series.csv series.yaml stderr stdout)" ] ||
        fail "something was written: $(ls -A)"
    run fit series.yaml --repeat 2 --dry-run -q
    expect_status 0
    expect_no_line stdout '^best epoch'
}

test_from_standard_input() {
    need_series
    run fit series.yaml --folds 2 -o 'a{fold}.st' -q
    run fit - --folds 2 -o 'b{fold}.st' -q <series.yaml
    expect_status 0
    expect_same a2.st b2.st
}

test_a_series_that_goes_on_starts_its_other_runs_likewise() {
    need_series
    run fit series.yaml -o from.st -q --epochs 1
    run fit series.yaml --folds 2 -o 'a{fold}.st' -q --init-from from.st
    expect_status 0
    run fit series.yaml --folds 2 -o 'b{fold}.st' -q --init-from from.st
    rm b2.st
    run fit series.yaml --folds 2 -o 'b{fold}.st' -q --init-from from.st --resume
    expect_status 0
    expect_same a2.st b2.st
    run fit series.yaml -o c.st --resume --init-from from.st
    expect_error 64 'init-from: a resumed run has its weights'
}
