# shellcheck shell=bash
# Standardized targets: learnt in one unit, predicted and judged in another.

# $lines: 200 rows of two inputs and of two targets of very different units, y
# around 5000 and z around 0.02; $doc trains on them and validates with 50.  The
# model $m of it, its metrics $metrics.
need_standardized() {
    lines=$SHARED/units.csv doc=$SHARED/units.yaml m=$SHARED/units.st
    metrics=$SHARED/units.jsonl features=$SHARED/units-x.csv
    [ ! -e "$m" ] || return 0
    awk 'BEGIN {
        srand(5); print "a,y,b,z"
        for (i = 0; i < 200; i++) {
            a = rand() * 4 - 2; b = rand() * 4 - 2
            printf "%.6f,%.3f,%.6f,%.7f\n", a,
                5000 + 300 * a - 200 * b + 20 * rand(), b,
                0.02 + 0.003 * a + 0.001 * b * b
        }
    }' >"$lines"
    cut -d, -f1,3 "$lines" >"$features"
    cat >"$doc" <<'YAML'
data:
  train: {csv: units.csv, target_columns: [y, 3]}
  test: {csv: units.csv, target_columns: [y, 3]}
  split: {eval_size: 0.25}
layers:
  - input: {shape: [2]}
  - dense: {name: hidden, num_units: 8, nonlinearity: tanh}
  - dense: {name: out, num_units: 2, nonlinearity: linear}
train:
  regression: true
  standardize_targets: true
  metrics: [rmse, mae, mse, r2]
  max_epochs: 12
  batch_size: 16
  learning_rate: 0.05
YAML
    run fit "$doc" -o "$m" --metrics "$metrics" -q
    expect_status 0
}

number_of() { # FILE KEY - the first number under that key
    sed -n "s/.*\"$2\": *\\([-0-9.e+]*\\).*/\\1/p" "$1" | head -n 1
}

wanted() { # NAME - in the file want
    awk -v name="$1" '$1 == name { print $2 }' want
}

# Is |A - B| <= LIMIT * |B|?
expect_close() { # WHAT A B LIMIT
    awk -v a="$2" -v b="$3" -v l="$4" 'BEGIN {
        d = a - b; d = d < 0 ? -d : d; b = b < 0 ? -b : b
        exit a == "" || b == "" || !(d <= l * b) }' ||
        fail "$1: $2, expected $3"
}

# The constants of the targets are in the header, in order.
put_constants() { # MODEL FILE - a line: mean mean std std
    head -c 20000 "$1" | tr -d "\\\\" |
        sed -n 's/.*"targets":"{"kind":"real","mean":\[\([^]]*\)\],"names":[^]]*\],"std":\[\([^]]*\)\]}.*/\1 \2/p' |
        tr , ' ' >"$2"
    echo >>"$2" # the header's line goes on behind it
    [ "$(wc -w <"$2")" -eq 4 ] || fail "no constants in $1"
}

# Population moments in two passes, over the training and validation samples;
# the program reads cells as floats, 2^-24 of 5000.
test_constants_are_the_moments_of_the_training_source() {
    need_standardized
    put_constants "$m" got
    tail -n +2 "$lines" | awk -F, '{ y[NR] = $2; z[NR] = $4; sy += $2; sz += $4 }
    END {
        my = sy / NR; mz = sz / NR
        for (i = 1; i <= NR; i++) { vy += (y[i] - my) ^ 2; vz += (z[i] - mz) ^ 2 }
        printf "%.17g %.17g %.17g %.17g\n", my, mz, sqrt(vy / NR), sqrt(vz / NR)
    }' >want
    paste -d' ' got want | awk '{ for (k = 1; k <= 4; k++) {
        d = $k - $(k + 4); if (!(d * d <= 1e-12 * $k * $k)) bad = 1 }
    } END { exit bad || NR != 1 }' || fail "$(cat got), expected $(cat want)"
    run checkpoint show "$m"
    expect_line stdout '^targets +\(x - 49[0-9.]+|^targets +\(x - 50[0-9.]+'
    run checkpoint show "$m" --json
    read -r mean _ _ std <got
    expect_line stdout '"targets": \{'
    expect_line stdout "${mean:0:9}"
    expect_line stdout "${std:0:9}"
    # A test part has no share in them.
    run fit "$doc" -s data.test=null -s data.split.test_size=0.5 -o half.st -q
    expect_status 0
    put_constants half.st other
    ! cmp -s got other || fail "the test part has a share"
}

# Answers are the last layer's times std plus mean.
test_predict_is_in_the_unit_of_the_data() {
    need_standardized
    put_constants "$m" constants
    run predict "$m" "$features" --layer out --format csv
    expect_status 0
    tail -n +2 stdout >inner
    run predict "$m" "$features"
    expect_status 0
    cp stdout plain
    tr '\t' , <plain | paste -d, inner - | awk -F, -v c="$(cat constants)" '
        BEGIN { split(c, k, " ") }
        { for (i = 1; i <= 2; i++) {
            want = $i * k[i + 2] + k[i]; d = $(i + 2) - want
            if (!(d * d <= 4e-14 * want * want)) { bad = 1; print NR, $0, want }
        } } END { exit bad || NR != 200 }' >differences ||
        fail "$(head -n 3 differences)"
    run predict "$m" "$features" --format csv
    { echo y,target1; tr '\t' , <plain; } >want
    expect_same stdout want
    run predict "$m" "$features" --format tsv
    { printf 'y\ttarget1\n'; cat plain; } >want
    expect_same stdout want
    run predict "$m" "$features" --format jsonl
    sed 's/\(.*\)\t\(.*\)/{"target": [\1, \2]}/' plain >want
    expect_same stdout want
    run predict "$m" "$features" --pass a --format csv
    { echo y,target1; tr '\t' , <plain; } |
        paste -d, <(cut -d, -f1 "$features") - >want
    expect_same stdout want
    run predict "$m" "$features" --format npy -o y.npy
    expect_status 0
    tail -c 1600 y.npy | od -An -v -tf4 -w8 | awk '{ print $1, $2 }' >floats
    tr '\t' ' ' <plain | paste -d' ' floats - | awk '{
        for (i = 1; i <= 2; i++) { d = $i - $(i + 2)
            if (!(d * d <= 1e-12 * $i * $i)) bad = 1 }
        } END { exit bad || NR != 200 }' || fail "the array"
    head -n 1 plain >one
    head -n 2 "$features" >first.csv
    run predict "$m" first.csv
    expect_same stdout one
}

# r2, rmse and mae of each target and of both, and the loss in standardized
# units, from what predict prints.
test_every_figure_of_evaluate() {
    need_standardized
    put_constants "$m" constants
    run predict "$m" "$features"
    expect_status 0
    tail -n +2 "$lines" | cut -d, -f2,4 | paste -d, - <(tr '\t' , <stdout) |
        awk -F, -v c="$(cat constants)" '
        BEGIN { split(c, m, " ") }
        { for (k = 1; k <= 2; k++) {
            t[k, NR] = $k; s[k] += $k; d = $k - $(k + 2)
            sq[k] += d * d; ab[k] += d < 0 ? -d : d
            loss += (d / m[k + 2]) ^ 2 } }
        END {
            for (k = 1; k <= 2; k++) {
                v = 0
                for (i = 1; i <= NR; i++) v += (t[k, i] - s[k] / NR) ^ 2
                r[k] = 1 - sq[k] / v
            }
            print "loss", loss / NR / 2
            print "r2", (r[1] + r[2]) / 2
            print "rmse", sqrt((sq[1] + sq[2]) / NR / 2)
            print "mae", (ab[1] + ab[2]) / NR / 2
            for (k = 1; k <= 2; k++) {
                print "r2" k, r[k]
                print "rmse" k, sqrt(sq[k] / NR)
                print "mae" k, ab[k] / NR
            }
        }' OFMT=%.17g >want
    run evaluate "$m" --csv "$lines" --json --predictions p.csv
    expect_status 0
    cp stdout all.json
    tr -d ' \n' <all.json | sed 's/"targets".*//; s/,/,\n/g' >overall
    tr -d ' \n' <all.json | grep -o '"targets":.*' | grep -o '{[^}]*}' >each
    expect_line_count each 2
    expect_line each '^{"name":"y","r2":[0-9.]+,"rmse":[0-9.]+,"mae":[0-9.]+}$'
    expect_line each '^{"name":"target1","r2":'
    for name in loss r2 rmse mae; do
        expect_close $name "$(number_of overall $name)" "$(wanted $name)" 1e-5
    done
    for name in r2 rmse mae; do
        for k in 1 2; do
            sed -n ${k}p each | tr , '\n' >one
            expect_close $name$k "$(number_of one $name)" \
                "$(wanted $name$k)" 1e-5
        done
    done
    run predict "$m" "$features"
    tail -n +2 p.csv | cut -d, -f3,5 >predicted
    tr '\t' , <stdout >printed
    expect_same predicted printed
    # The targets as they stand in the table.
    tail -n +2 p.csv | cut -d, -f2 | paste -d' ' - <(tail -n +2 "$lines" |
        cut -d, -f2) | awk '{ d = $1 - $2; if (!(d * d < 1e-6)) bad = 1 }
        END { exit bad || NR != 200 }' || fail "the targets of --predictions"
    run evaluate "$m" "$doc" --json
    expect_same stdout all.json
    run evaluate "$m" "$doc"
    expect_line stdout '^target +r2 +rmse +mae$'
    expect_line stdout \
        "^target1 +$(printf '%.5f +%.5g' "$(wanted r22)" "$(wanted rmse2)" | sed 's/.$//')"
    run evaluate "$m" "$doc" --fail-under rmse=1
    expect_status 1
    run evaluate "$m" "$doc" --fail-under "rmse=$(awk -v r="$(wanted rmse)" \
        'BEGIN { print r * 1.01 }')"
    expect_status 0
}

# The table's metrics are those of evaluate on the same samples, its loss too.
test_metrics_of_the_table_are_those_of_evaluate() {
    need_standardized
    run fit "$doc" -o last.st --metrics t.jsonl -q -s train.restore_best=false
    expect_status 0
    run evaluate last.st "$doc" --split valid --json
    expect_status 0
    tail -n 1 t.jsonl >row
    expect_close loss "$(number_of row valid_loss)" "$(number_of stdout loss)" \
        1e-6
    for name in rmse mae mse r2; do
        expect_close "$name" "$(number_of row valid_$name)" \
            "$(number_of stdout $name)" 1e-9
    done
    [ "$(awk -v r="$(number_of row valid_rmse)" 'BEGIN { print (r > 1) }')" = 1 ] ||
        fail "rmse is in standardized units"
    run fit "$doc" -o threads.st -q --threads 1 -s train.restore_best=false
    expect_same threads.st last.st
}

# Who divides the targets himself gets the same losses and the same network.
test_it_is_what_standardizing_by_hand_gives() {
    need_standardized
    put_constants "$m" constants
    awk -F, -v OFS=, -v c="$(cat constants)" 'BEGIN { split(c, k, " ") }
        NR > 1 { $2 = sprintf("%.9g", ($2 - k[1]) / k[3])
            $4 = sprintf("%.9g", ($4 - k[2]) / k[4]) } { print }' \
        "$lines" >units.csv
    grep -v standardize_targets "$doc" >hand.yaml
    run fit hand.yaml -o hand.st --metrics hand.jsonl -q
    expect_status 0
    for key in train_loss valid_loss valid_r2; do
        paste -d' ' <(sed "s/.*\"$key\": \\([-0-9.e]*\\).*/\\1/" hand.jsonl) \
            <(sed "s/.*\"$key\": \\([-0-9.e]*\\).*/\\1/" "$metrics") |
            awk '{ d = $1 - $2; if (!(d * d <= 1e-8 * $1 * $1)) bad = 1 }
            END { exit bad || NR != 12 }' || fail "$key differs by hand"
    done
}

test_what_cannot_be_standardized_is_named() {
    need_standardized
    awk -F, -v OFS=, 'NR > 1 { $4 = 0.1 } { print }' "$lines" >units.csv
    grep -v standardize_targets "$doc" >plain.yaml
    cp "$doc" scaled.yaml
    for config in scaled.yaml plain.yaml; do
        run fit $config -o n.st
        expect_error 78 "^$config:2:27: error: data\.train\.target_columns: target 'target1' is constant in the training samples, there is nothing to learn of it\$"
        expect_no_file n.st
    done
    awk -F, -v OFS=, 'NR > 1 { $2 = 7; $4 = -1 } { print }' "$lines" >units.csv
    run fit scaled.yaml -o n.st
    expect_error 78 "target 'y' is constant"
    expect_line stderr "target 'target1' is constant"
    # One sample alone may be learnt by heart, but has no deviation.
    head -n 2 "$lines" >units.csv
    run fit plain.yaml -s data.split.eval_size=0 -s train.metrics=null \
        --epochs 1 -q -o one.st
    expect_status 0
    run fit scaled.yaml -s data.split.eval_size=0 -s train.metrics=null -o n.st
    expect_error 78 "target 'y' is constant"
    expect_no_file n.st
    # Its reciprocal is no float; so small, a float has fewer digits.
    awk -F, -v OFS=, 'NR > 1 { $4 = (NR % 2) "e-40" } { print }' "$lines" \
        >units.csv
    run fit scaled.yaml -o n.st
    expect_error 78 "target 'target1' has mean 4.99997e-41 and standard deviation 4.99997e-41, it cannot be standardized\$"
    run fit plain.yaml --epochs 1 -q -o n.st
    expect_status 0
}

test_resume_check_and_contradictions() {
    need_standardized
    run fit "$doc" -o half.st --epochs 5 -q
    run fit "$doc" -o half.st --resume -q
    expect_status 0
    expect_same half.st "$m"
    run fit "$doc" --resume -o half.st -s train.standardize_targets=false
    expect_error 78 'cannot resume: train\.standardize_targets was true, is now absent$'
    run fit "$doc" --check
    expect_status 0
    run checkpoint verify "$m"
    expect_status 0
    for edit in 's/\(real[^}]*std\\":\[\)[0-9.e+-]*/\10/' \
        's/\(real[^}]*std\\":\[\)[0-9.e+-]*/\1-1/' \
        's/\(real[^}]*std\\":\[\)[0-9.e+-]*/\11e-40/'; do
        edit_header "$m" bad.st "$edit"
        for command in "checkpoint verify" "predict"; do
            # shellcheck disable=SC2086 # words
            run $command bad.st
            expect_error 65 '^bad\.st: error: metadata targets has a std that is not positive, or too small'
        done
    done
    edit_header "$m" bad.st 's/\(real[^}]*mean\\":\[\)[0-9.e+-]*/\11e39/'
    run checkpoint verify bad.st
    expect_error 65 'metadata targets is malformed$'
    edit_header "$m" bad.st 's/\(real[^}]*mean\\":\[\)[0-9.e+-]*,/\1/'
    run checkpoint verify bad.st
    expect_error 65 'metadata targets has not one mean and std per target'
    edit_header "$m" bad.st 's/"targets":"[^}]*}",//'
    run checkpoint verify bad.st
    expect_error 65 'metadata targets has not one mean and std per target'
    edit_header "$m" bad.st 's/standardize_targets: true/l2: 0/'
    run predict bad.st "$features"
    expect_status 65
    # Sound by itself, but not of its data.
    edit_header "$m" bad.st 's/\(real[^}]*mean\\":\[\)[0-9.e+-]*/\14999/'
    cp bad.st before
    run fit "$doc" --resume -o bad.st --epochs 13
    expect_error 65 '^bad\.st: error: metadata targets has mean 4999 and std '
    expect_same bad.st before
    run checkpoint strip "$m" -o small.st
    run predict "$m" "$features"
    cp stdout want
    run predict small.st "$features"
    expect_same stdout want
}

test_constants_go_where_they_fit() {
    need_standardized
    sed '/^data:/,/^  split/d' "$doc" >nodata.yaml
    run predict "$m" "$features"
    cp stdout want
    run checkpoint load "$m" --into nodata.yaml -o to.st
    expect_status 0
    expect_no_line stdout '^targets'
    run predict to.st "$features"
    expect_same stdout want
    run checkpoint save nodata.yaml -o fresh.st -s data.normalize=none
    expect_error 78 '^nodata\.yaml: error: train\.standardize_targets: needs data'
    run checkpoint load "$m" --into nodata.yaml -o three.st \
        -s layers.2.dense.num_units=3 --partial
    expect_error 78 'train\.standardize_targets: needs data; the model has 2 targets, the network 3$'
    run checkpoint load "$m" --into nodata.yaml -o other.st \
        -s train.standardize_targets=null
    expect_status 0
    expect_line stdout '^targets: standardized otherwise in .*units\.st, in whose unit'
    run checkpoint verify other.st
    expect_status 0
    # A new run has its own.
    awk -F, -v OFS=, 'NR > 1 { $2 *= 2 } { print }' "$lines" >units.csv
    cp "$doc" own.yaml
    run fit own.yaml --init-from "$m" -o own.st --epochs 1
    expect_status 0
    expect_line stderr '^targets: standardized otherwise in '
    put_constants "$m" was
    put_constants own.st is
    paste -d' ' was is | awk '{ exit !($5 / $1 > 1.999 && $5 / $1 < 2.001 &&
        $7 / $3 > 1.99 && $7 / $3 < 2.01 && $6 == $2) }' || fail "$(cat was is)"
}
