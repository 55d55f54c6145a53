# shellcheck shell=bash
# Samples of another scale than those that were trained on are told, whatever
# command meets them; others are not.

# What is said of samples whose reach is $1 to $2 for the model of need_scaled.
told() { # WHO NAME LOW HIGH
    printf 'cnnctl %s: warning: %s: the largest |x| of a sample is %s to %s, of those that were trained on %s: is one of them scaled?\n' \
        "$1" "$2" "$3" "$4" "$trained"
}

# reach_of FILE - low and high of rows of numbers, label first: what 99 of 100
# reach, and the most.
reach_of() {
    awk -F, '{ most = 0
               for (i = 2; i <= NF; i++) {
                   x = $i < 0 ? -$i : $i
                   most = x > most ? x : most
               }
               print most }' "$1" | sort -n |
        awk '{ of[NR - 1] = $1 }
             END { printf "%.6g to %.6g\n", of[int(NR / 100)], of[NR - 1] }'
}

# A model of raw digits; $raw, $scaled: the samples of its test, 0..255 and 0..1.
need_scaled() {
    need_model
    raw=$SHARED/raw.csv scaled=$SHARED/scaled.csv
    if [ ! -e "$scaled" ]; then
        run data convert "$config" --split test -o "$raw"
        expect_status 0
        # Fields that are assigned cost mawk a look at all of them, each.
        awk -F, '{ printf "%s", $1
            for (i = 2; i <= NF; i++) printf ",%s", $i / 255
            print "" }' "$raw" >"$scaled"
        run data convert "$config" --split train -o "$SHARED/t.csv"
        run data convert "$config" --split valid -o "$SHARED/v.csv"
        cat "$SHARED/t.csv" "$SHARED/v.csv" >"$SHARED/both.csv"
    fi
    trained=$(reach_of "$SHARED/both.csv")
}

test_the_model_stores_how_far_its_samples_reach() {
    need_scaled
    run checkpoint show "$model"
    expect_line stdout "^largest \|x\|    $trained$"
    run checkpoint show --json "$model"
    tr -d ' \n' <stdout | sed 's/\.0\([],]\)/\1/g' >flat
    expect_line flat "\"reach\":\[${trained/ to /,}\]"
}

test_evaluate_tells() {
    need_scaled
    # shellcheck disable=SC2046 # two words
    set -- $(reach_of "$scaled" | sed 's/ to / /')
    run evaluate "$model" --csv "$scaled"
    expect_status 0
    expect_stderr "$(told evaluate "$scaled" "$1" "$2")"
    run evaluate "$model" "$config" -s "data.test={csv: $scaled}"
    expect_stderr "$(told evaluate data.test "$1" "$2")"
    run evaluate "$model" --csv "$scaled" -q
    expect_status 0
    expect_no_stderr
    run evaluate "$model" --csv "$raw"
    expect_status 0
    expect_no_stderr
    for split in train valid test; do
        run evaluate "$model" "$config" --split $split
        expect_status 0
        expect_no_stderr
    done
}

test_predict_tells_once() {
    need_scaled
    cut -d, -f2- "$scaled" >rows.csv
    cut -d, -f2- "$raw" >raw.csv
    # shellcheck disable=SC2046
    set -- $(reach_of "$scaled" | sed 's/ to / /')
    run predict "$model" raw.csv
    expect_no_stderr
    run predict "$model" raw.csv rows.csv rows.csv
    expect_status 0
    expect_line_count stdout 180
    expect_stderr "$(told predict rows.csv "$1" "$2")"
    run data convert --csv "$scaled" -o x.npy --labels y.npy
    expect_status 0
    run predict "$model" x.npy
    expect_line_count stdout 60
    expect_stderr "$(told predict x.npy "$1" "$2")"
}

# Of one row what it says, of an image of one value nothing, nor of a bad record.
test_a_stream_is_told_as_soon_as_it_says_something() {
    need_scaled
    head -n 1 "$scaled" >one
    # shellcheck disable=SC2046
    set -- $(reach_of one | sed 's/ to / /')
    blank=$(seq 784 | sed 's/.*/0/' | paste -sd,)
    {
        echo "$blank"
        echo "${blank//0/1}"
        echo bad
    } >blank
    run predict "$model" blank --on-error=record
    expect_line_count stdout 3
    expect_no_line stderr scaled
    { cat blank && cut -d, -f2- one; } >rows
    run predict "$model" --on-error=record rows
    expect_line_count stdout 4
    expect_line stderr "^cnnctl predict: warning: rows: the largest \|x\| of a sample is $1 to $2, "

    mkfifo pipe
    "$CNNCTL" predict "$model" - <pipe >out 2>err &
    exec 3>pipe
    cut -d, -f2- one >&3
    for _ in $(seq 100); do
        [ ! -s out ] || break
        sleep 0.1
    done
    [ -s out ] || fail "nothing came out while the input paused"
    exec 3>&-
    wait $!
    told predict 'standard input' "$1" "$2" >expected
    expect_same err expected
}

test_fit_tells_of_the_samples_that_validate() {
    need_scaled
    # shellcheck disable=SC2046
    set -- $(reach_of "$scaled" | sed 's/ to / /')
    run data convert "$config" -o all.csv
    trained=$(reach_of all.csv)
    run fit "$config" -o v.st --epochs 1 -s data.split=null \
        -s "data.valid={csv: $scaled}"
    expect_status 0
    expect_line stderr "^cnnctl fit: warning: data.valid: the largest \|x\| of a sample is $1 to $2, of those that were trained on $trained: is one of them scaled\?$"
    run fit "$config" -o w.st --epochs 1 -s data.split=null \
        -s "data.valid={csv: $raw}"
    expect_no_line stderr scaled
}

test_raw_samples_meet_a_model_of_scaled_ones() {
    need_scaled
    run fit "$config" -q -o s.st --epochs 1 -s "data.train={csv: $scaled}" \
        -s 'data.split={eval_size: 0}'
    expect_status 0
    trained=$(reach_of "$scaled")
    # shellcheck disable=SC2046
    set -- $(reach_of "$raw" | sed 's/ to / /')
    run evaluate s.st --csv "$raw"
    expect_stderr "$(told evaluate "$raw" "$1" "$2")"
    run evaluate s.st --csv "$scaled"
    expect_no_stderr
}

# A factor of ten is none: the next one is.
test_the_ratio_is_ten() {
    need_scaled
    run fit "$config" -q -o r.st --epochs 1 -s 'data.split={eval_size: 0}' \
        -s data.normalize=scale -s "data.train={csv: $raw}"
    expect_status 0
    low=$(reach_of "$raw" | sed 's/ .*//')
    for factor in 9.9 10.1; do
        awk -F, -v f=$factor -v low="$low" '{
            printf "%s", $1
            for (i = 2; i <= NF; i++)
                printf ",%s", ($i > 0 ? low / f : 0)
            print "" }' "$raw" >f.csv
        run evaluate r.st --csv f.csv
        expect_status 0
        [ $factor = 9.9 ] || expect_line stderr 'is one of them scaled'
        [ $factor = 10.1 ] || expect_no_stderr
    done
}

test_a_reach_that_is_none_is_refused() {
    need_scaled
    for reach in 0,1 -1,1 2,1 1 1,2,3 '"a",1'; do
        edit_header "$model" e.st \
            's/\("reach":"\)\[[0-9.,]*\]/\1['"${reach//\"/\\\\\"}"']/'
        run checkpoint verify e.st
        expect_error 65 'metadata reach is malformed'
    done
}
