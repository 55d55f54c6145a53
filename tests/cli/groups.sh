# shellcheck shell=bash
# What is held out by a column: groups that stay together, hashes.

# 60 rows "patient,x,y,kind" of 14 patients who have from one to nine each.
need_patients() {
    awk 'BEGIN {
        print "patient,x,y,kind"
        for (i = 0; i < 60; i++)
            printf "p%d,%d,%d,%s\n", int((i * 7 % 60) ^ 0.65), i % 9, i * 5 % 11,
                i * 3 % 7 < 3 ? "ill" : "well"
    }' >p.csv
    cat >p.yaml <<'END'
data:
  train: {csv: p.csv, label_column: kind, ignore: [patient]}
  split: {by: patient, eval_size: 1/4}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 3, learning_rate: 0.05}
END
}

# The patients of a part of p.yaml, each once: $2.
patients() { # PART FILE [OPTION...]
    local part=$1 file=$2
    shift 2
    run evaluate m.st p.yaml --split "$part" --predictions part.csv --force \
        --pass patient "$@"
    expect_status 0
    expect_no_line stderr 'warning'
    tail -n +2 part.csv | cut -d, -f1 | sort >"$file.all"
    sort -u "$file.all" >"$file"
}

test_groups_are_not_parted() {
    local seed
    need_patients
    for seed in 1 2 3 4; do
        run fit p.yaml -q -o m.st --force -s seed=$seed
        expect_status 0
        patients train train -s seed=$seed
        patients valid valid -s seed=$seed
        [ -z "$(comm -12 train valid)" ] || fail "patients in both parts"
        sort train valid >both
        tail -n +2 p.csv | cut -d, -f1 | sort -u >want
        expect_same both want
        # A quarter of 60 is 15, and no group is needless.
        held=$(wc -l <valid.all)
        last=$(uniq -c valid.all | sort -n | awk 'END {print $1}')
        [ "$held" -ge 15 ] && [ $((held - last)) -lt 15 ] ||
            fail "$held validate, the largest group is $last"
        cp valid valid.$seed
    done
    ! cmp -s valid.1 valid.2 || ! cmp -s valid.2 valid.3 ||
        fail "the seed does not matter"
}

test_groups_in_order_of_appearance() {
    need_patients
    run fit p.yaml -q -o m.st -s data.split.shuffle=false
    expect_status 0
    patients valid valid -s data.split.shuffle=false
    awk -F, 'NR > 1 {if (!n[$1]++) name[++count] = $1; rows++}
        END {for (i = 1; i < count && held < rows / 4; held += n[name[i++]])
            print name[i]}' p.csv | sort >want
    expect_same valid want
}

test_a_test_part_of_groups() {
    local part parts=
    need_patients
    local split=(-s data.split.test_size=1/5)
    run fit p.yaml -q -o m.st "${split[@]}"
    expect_status 0
    for part in train valid test; do
        patients $part $part "${split[@]}"
        parts="$parts $part"
    done
    # shellcheck disable=SC2086 # a list of words
    [ -z "$(cat $parts | sort | uniq -d)" ] || fail "a patient in two parts"
    [ "$(cat train.all valid.all test.all | wc -l)" -eq 60 ] || fail "not all"
    [ "$(wc -l <test.all)" -ge 12 ] || fail "no fifth"
    tr -d '\\' <m.st >header
    grep -qaF '"split":"{"by":"patient","eval_size":"1/4","seed":42,"shuffle":true,"stratify":false,"test":' header ||
        fail "the file does not say how it was cut"
}

test_folds_of_groups() {
    local fold
    need_patients
    run fit p.yaml -q -o 'm{fold}.st' --folds 4 -s data.split.eval_size=null
    expect_status 0
    for fold in 1 2 3 4; do
        cp m$fold.st m.st
        patients valid valid -s data.split.eval_size=null \
            -s data.split.folds=4 -s data.split.fold=$fold
        cat valid >>all
        cat valid.all >>rows
    done
    [ -z "$(sort all | uniq -d)" ] || fail "a patient in two folds"
    [ "$(wc -l <rows)" -eq 60 ] || fail "not every row validates"
    run fit p.yaml --folds 20 -s data.split.eval_size=null
    expect_error 78 '^p\.yaml:3:15: error: data\.split\.by: 20 folds are too many, no group is left for number 1[0-9]$'
}

# The rule, by another program.
test_hashes() {
    need_patients
    local split=(-s 'data.split={hash: patient, eval_size: 0.4, test_size: 0.3}')
    run fit p.yaml -q -o m.st "${split[@]}"
    expect_status 0
    for part in train valid test; do
        patients $part $part "${split[@]}"
    done
    rm -f want.*
    for name in $(tail -n +2 p.csv | cut -d, -f1 | sort -u); do
        hex=$(printf '42:%s' "$name" | sha256sum | cut -c 1-12)
        awk -v name="$name" -v u="$((16#$hex))" 'BEGIN {
            u /= 2 ^ 48
            print name >> ("want." (u < 0.3 ? "test" : (u - 0.3) / 0.7 < 0.4 ? "valid" : "train"))
        }'
    done
    for part in train valid test; do
        expect_same $part want.$part
    done
}

test_rows_that_are_added_move_no_other() {
    need_patients
    local split=(-s 'data.split={hash: patient, eval_size: 0.4}')
    run data convert p.yaml --split valid -o before.csv "${split[@]}"
    expect_status 0
    {
        head -n 1 p.csv
        for i in 1 2 3 4 5 6 7 8 9; do echo "new$i,$i,$i,ill"; done
        tail -n +2 p.csv
        for i in 1 2 3 4 5; do echo "p$i,$i,99,well"; done
    } >more.csv
    run data convert p.yaml --split valid -o after.csv "${split[@]}" \
        -s data.train.csv=more.csv
    expect_status 0
    # What validated still does, in its order.
    grep -vE '^[0-9]+,99,' after.csv >after
    while IFS= read -r row; do
        grep -qxF "$row" after || fail "$row validates no more"
    done <before.csv
    run data convert p.yaml --split train -o before.csv --force "${split[@]}"
    run data convert p.yaml --split train -o after.csv --force "${split[@]}" \
        -s data.train.csv=more.csv
    while IFS= read -r row; do
        grep -qxF "$row" after.csv || fail "$row trains no more"
    done <before.csv
}

test_the_column_stays_an_input() {
    need_patients
    sed 's/^p\([0-9]\)/\1/' p.csv >n.csv
    run fit p.yaml -q -o m.st -s data.train.csv=n.csv -s data.train.ignore=null \
        -s 'layers.input0.shape=[3]'
    expect_status 0
    run checkpoint show m.st
    expect_status 0
    run predict m.st n.csv
    expect_status 0
    # Text is no number, which is said with what may be meant.
    run fit p.yaml -q -o n.st -s data.train.ignore=null -s 'layers.input0.shape=[3]'
    expect_error 65 "^p\.csv:2:1: error: cell 'p[0-9]+' is not a number; ignore: \[patient\] makes the column no input, and data\.split still goes by it$"
    # By position, and the label itself.
    run fit p.yaml -q -o a.st
    run fit p.yaml -q -o b.st -s data.split.by=0
    expect_status 0
    run checkpoint diff a.st b.st
    expect_stdout 'metadata config differs' 'metadata split differs'
    run fit p.yaml -q -o n.st -s data.split.by=kind
    expect_error 78 "class '(ill|well)' has no sample left to train on"
}

test_a_run_of_groups_goes_on() {
    local way sum
    need_patients
    for way in by hash; do
        split=(-s "data.split={$way: patient, eval_size: 0.3}")
        run fit p.yaml -q -o whole.st --force --epochs 4 "${split[@]}"
        expect_status 0
        run fit p.yaml -q -o part.st --force --epochs 2 "${split[@]}"
        run fit p.yaml -q -o part.st --resume --epochs 4 "${split[@]}"
        expect_status 0
        expect_same part.st whole.st
        run checkpoint verify part.st
        expect_status 0
        for threads in 1 3; do
            run fit p.yaml -q -o t$threads.st --force "${split[@]}" --threads $threads
        done
        expect_same t1.st t3.st
        sum=$(cksum <part.st)
        run fit p.yaml -q -o part.st --resume --epochs 5
        expect_status 78
        expect_line stderr 'cannot resume: data\.split\.'
        # Other groups are another cut, though no input has changed.
        awk -F, -v OFS=, 'NR > 1 {$1 = "q" NR % 8} {print}' p.csv >q.csv
        run fit p.yaml -q -o part.st --resume --epochs 5 "${split[@]}" \
            -s data.train.csv=q.csv
        expect_error 78 'cannot resume: the samples that validate \(their SHA-256\) was [0-9a-f]+, is now [0-9a-f]+$'
        [ "$(cksum <part.st)" = "$sum" ] || fail "the file was touched"
        run evaluate part.st p.yaml --split valid "${split[@]}" -s data.train.csv=q.csv
        expect_status 0
        expect_line stderr "warning: the column of data\.split\.$way is another one than in training"
        run evaluate part.st p.yaml --split valid
        expect_status 0
        expect_line stderr "warning: the model was trained with data\.split \{eval_size: 0\.3, $way: patient"
    done
}

test_a_file_says_one_column_of_its_split() {
    local change
    need_patients
    run fit p.yaml -q -o m.st
    for change in 's/\\"by\\":\\"patient/\\"by\\":\\"kind/' 's/\\"by\\":\\"patient\\",//' \
        's/{\\"by\\":/{\\"hash\\":/' 's/\\"by\\":\\"patient\\"/\\"by\\":7/'; do
        edit_header m.st bad.st "$change"
        ! cmp -s m.st bad.st || fail "nothing was changed by $change"
        run checkpoint verify bad.st
        expect_error 65 '^bad\.st: error: metadata split goes by another column than its configuration$'
    done
}

test_where_nothing_can_be_held_out() {
    need_patients
    awk -F, -v OFS=, 'NR > 1 {$1 = "one"} {print}' p.csv >one.csv
    run fit p.yaml -q -o n.st -s data.train.csv=one.csv
    expect_error 78 '^p\.yaml:3:15: error: data\.split\.by: no group can be held out, 60 samples are one$'
    run fit p.yaml -q -o n.st -s 'data.split={hash: patient, eval_size: 0.0001}'
    expect_error 78 'data\.split\.hash: none of 60 samples falls into the validation part$'
    run fit p.yaml -q -o n.st -s 'data.split={hash: patient, test_size: 0.0001, eval_size: 0.5}'
    expect_error 78 'data\.split\.hash: none of 60 samples falls into the test part$'
    run fit p.yaml -q -o n.st -s data.split.by=doctor
    expect_error 78 "^p\.csv: error: the header has no column 'doctor' \(data\.split\.by\)$"
    run data stats p.yaml --split valid -s data.split.by=9
    expect_error 78 '^p\.csv: error: data\.split\.by names 9, but a row has columns 0 to 3$'
    expect_no_file n.st
}

test_groups_of_numbers_to_be_learnt() {
    need_patients
    run fit p.yaml -q -o r.st -s train.regression=true \
        -s 'data.train={csv: p.csv, target_columns: [y], columns: [x]}' \
        -s 'layers.input0.shape=[1]' -s layers.dense1.num_units=1 \
        -s layers.dense1.nonlinearity=linear
    expect_status 0
    run evaluate r.st --csv p.csv
    expect_status 0
    expect_line stdout '^samples +60$'
}
