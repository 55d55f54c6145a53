# shellcheck shell=bash
# Pictures of how a model does on labelled samples: their numbers against slow
# computations from what predict and evaluate print.

need_cairo() {
    ldconfig -p 2>/dev/null | grep -q 'libcairo\.so\.2' ||
        skip "libcairo2 is not installed"
}

# Of $model and its test samples: $predictions, row,true,predicted,probability;
# $answers, the label and the ten probabilities of each.
need_answers() {
    need_model
    predictions=$SHARED/predictions.csv answers=$SHARED/answers.csv
    [ ! -e "$answers" ] || return 0
    run evaluate "$model" "$config" --predictions "$predictions"
    expect_status 0
    run data convert "$config" --split test -o "$SHARED/test.csv"
    expect_status 0
    run predict "$model" "$SHARED/test.csv" --labelled --proba
    expect_status 0
    paste -d, <(cut -d, -f1 "$SHARED/test.csv") \
        <(tail -n +2 stdout) >"$answers"
}

# 90 rows of u,v,class whose class goes by u + v, a network with one output and
# one with several, trained little.  A class has a name that CSV quotes and that
# XML must not take for its own; one row is of a class of its own.
need_tables() {
    table=$SHARED/table.csv three=$SHARED/three.safetensors
    pair=$SHARED/pair.csv one=$SHARED/one.safetensors
    [ ! -e "$one" ] || return 0
    awk 'BEGIN {
        srand(11)
        print "u,v,class"
        for (i = 0; i < 90; i++) {
            u = rand() * 4 - 2; v = rand() * 4 - 2
            name = u + v > -1 ? "mid" : "low"
            if (u + v > 1) name = "\"<b>,\"\"x\"\"\""
            printf "%.6f,%.6f,%s\n", u, v, name
        }
    }' >"$table"
    sed 's/"<b>.*/mid/' "$table" >"$pair"
    cat >"$SHARED/three.yaml" <<END
data: {train: {csv: table.csv, label_column: class}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 6, name: hidden}
  - dense: {num_units: 3, nonlinearity: softmax}
train: {max_epochs: 4, batch_size: 16, learning_rate: 0.1}
END
    sed 's/table/pair/; s/num_units: 3, nonlinearity: softmax/num_units: 1, nonlinearity: sigmoid/
        s/max_epochs: 4/loss: binary_crossentropy, &/' \
        "$SHARED/three.yaml" >"$SHARED/one.yaml"
    run fit "$SHARED/three.yaml" -o "$three" -q
    expect_status 0
    run fit "$SHARED/one.yaml" -o "$one" -q
    expect_status 0
}

# The first line of a file is this one.
expect_head() { # FILE LINE
    [ "$(head -n 1 "$1")" = "$2" ] || fail "$1 begins with $(head -n 1 "$1")"
}

# Both have as many rows and columns, cells that are words are the same, numbers
# differ by no more than rounding to a float.
expect_close() { # FILE FILE
    awk -F, -v other="$2" '
        function number(x) {return x ~ /^-?[0-9]/}
        {
            if ((getline line < other) != 1 || split(line, b, ",") != NF) exit 1
            for (i = 1; i <= NF; i++) {
                d = number($i) ? $i - b[i] : 0; d = d < 0 ? -d : d
                s = $i < 0 ? -$i : $i
                if (number($i) != number(b[i]) || (!number($i) && $i != b[i]) ||
                    d > 1e-7 * (s > 1e-3 ? s : 1e-3)) {
                    print FNR ": " $0 "  " line
                    exit 1
                }
            }
        }
        END {if ((getline line < other) == 1) exit 1}' "$1" >difference ||
        fail "$1 and $2 differ" "$(cat difference)"
}

test_confusions_are_counted() {
    need_answers
    run plot confusion "$model" "$config" --data -
    expect_status 0
    expect_no_stderr
    awk -F, 'NR > 1 {count[$2, $3]++}
        END {
            print "true,predicted,count"
            for (i = 0; i < 10; i++)
                for (k = 0; k < 10; k++)
                    printf "%d,%d,%d\n", i, k, count[i, k]
        }' "$predictions" | expect_stdout
}

# Every class and every distinct probability of it, falling: samples that have
# at least as much.  name,threshold,right,wrong,own,others
slow_curves() { # FILE NAME...
    local file=$1 class=0 name
    shift
    for name; do
        class=$((class + 1))
        { echo inf && cut -d, -f$((class + 1)) "$file" | sort -gru; } |
            awk -F, -v column=$((class + 1)) -v name="$name" -v file="$file" '
                BEGIN {
                    while ((getline line < file) == 1) {
                        n++
                        split(line, cell, ",")
                        is[n] = cell[1] == name; score[n] = cell[column] + 0
                        own += is[n]
                    }
                }
                {
                    right = wrong = 0
                    for (i = 1; i <= n; i++)
                        if ($1 != "inf" && score[i] >= $1 + 0) {
                            right += is[i]; wrong += !is[i]
                        }
                    printf "%s,%s,%d,%d,%d,%d\n", name, $1, right, wrong, own,
                        n - own
                }'
    done
}

slow_roc() {
    slow_curves "$@" | awk -F, 'BEGIN {print "class,threshold,fpr,tpr"}
        {printf "%s,%s,%.17g,%.17g\n", $1, $2, $4 / $6, $3 / $5}'
}

slow_pr() {
    slow_curves "$@" | awk -F, 'BEGIN {print "class,threshold,recall,precision"}
        {printf "%s,%s,%.17g,%s\n", $1, $2, $3 / $5,
            $3 + $4 ? sprintf("%.17g", $3 / ($3 + $4)) : ""}'
}

test_curves_go_through_every_threshold() {
    need_answers
    run plot roc "$model" "$config" --data roc.csv
    expect_status 0
    expect_no_stderr
    slow_roc "$answers" 0 1 2 3 4 5 6 7 8 9 >want
    expect_head roc.csv class,threshold,fpr,tpr
    expect_line roc.csv '^7,inf,0,0$'
    expect_close roc.csv want
    run plot pr "$model" "$config" --data pr.csv
    expect_status 0
    slow_pr "$answers" 0 1 2 3 4 5 6 7 8 9 >want
    expect_head pr.csv class,threshold,recall,precision
    expect_line pr.csv '^7,inf,0,$'
    expect_close pr.csv want
}

# The area of trapezoids, and the sum of precisions where recall grows, of every
# class: as the legends have them.
test_legends_have_the_areas() {
    need_cairo
    need_answers
    run plot roc "$model" "$config" -o roc.svg --data roc.csv
    expect_status 0
    expect_no_stdout
    awk -F, 'NR > 1 {
            if ($2 != "inf") area[$1] += ($3 - x) * ($4 + y) / 2
            x = $3; y = $4
        }
        END {for (i = 0; i < 10; i++) printf "%d, area %.4f\n", i, area[i]}' \
        roc.csv >want
    sed 's/<[^>]*>/\n/g' roc.svg | grep -E '^[0-9], area' >got
    expect_same got want
    run plot pr "$model" "$config" -o pr.svg --data pr.csv
    expect_status 0
    awk -F, 'NR > 1 {
            if ($2 != "inf") sum[$1] += ($3 - x) * $4
            x = $3
        }
        END {for (i = 0; i < 10; i++) printf "%d, average %.4f\n", i, sum[i]}' \
        pr.csv >want
    sed 's/<[^>]*>/\n/g' pr.svg | grep -E '^[0-9], average' >got
    expect_same got want
}

# The mean of the areas is evaluate's metric.
test_areas_are_the_metric() {
    need_answers
    run evaluate "$model" "$config" --json
    sed -n 's/^  "auc": \(.*\),/\1/p' stdout >want
    run plot roc "$model" "$config" --data -
    awk -F, 'NR > 1 {
            if ($2 != "inf") area += ($3 - x) * ($4 + y) / 2
            x = $3; y = $4
        }
        END {printf "%.17g\n", area / 10}' stdout >got
    expect_close got want
}

# The outputs of one unit are 1 - p and p.
test_two_classes_of_one_output() {
    need_tables
    run predict "$one" "$pair" --labelled --proba
    expect_status 0
    paste -d, <(tail -n +2 "$pair" | cut -d, -f3) \
        <(tail -n +2 stdout) >answers.csv
    run plot roc "$one" --csv "$pair" --data roc.csv
    expect_status 0
    slow_roc answers.csv low mid >want
    expect_close roc.csv want
    run plot pr "$one" --csv "$pair" --data pr.csv
    expect_status 0
    slow_pr answers.csv low mid >want
    expect_close pr.csv want
    run plot confusion "$one" --csv "$pair" --data -
    expect_status 0
    expect_line_count stdout 5
}

test_labels_have_curves_too() {
    awk 'BEGIN {
        srand(5); print "u,v,red,big"
        for (i = 0; i < 80; i++) {
            u = rand() * 4 - 2; v = rand() * 4 - 2
            printf "%.6f,%.6f,%d,%d\n", u, v, (u > 0), (u + v > 1)
        }
    }' >many.csv
    cat >lab.yaml <<'YAML'
data: {train: {csv: many.csv, label_columns: [red, big]}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: sigmoid}
train: {max_epochs: 3, batch_size: 16, learning_rate: 0.1}
YAML
    run fit lab.yaml -o lab -q
    expect_status 0
    run predict lab <(cut -d, -f1,2 many.csv) --proba --input-format csv
    expect_status 0
    tail -n +2 stdout >proba
    tail -n +2 many.csv | awk -F, '{print $3 ? "red" : "-"}' |
        paste -d, - <(cut -d, -f1 proba) >red.csv
    tail -n +2 many.csv | awk -F, '{print $4 ? "big" : "-"}' |
        paste -d, - <(cut -d, -f2 proba) >big.csv
    { slow_roc red.csv red && slow_roc big.csv big | tail -n +2; } >want
    run plot roc lab --csv many.csv --data roc.csv
    expect_status 0
    expect_close roc.csv want
    run plot confusion lab --csv many.csv --data -
    expect_error 64 '^cnnctl plot confusion: error: lab: expected a model of classes, got one of labels$'
}

# Of a class without samples there is nothing to say, which is said.
test_classes_without_samples() {
    need_tables
    grep -v '^[^"]*,low$' "$table" >some.csv
    run plot roc "$three" --csv some.csv --data roc.csv
    expect_status 0
    expect_stderr 'without a curve, for want of samples of it or of others: low'
    expect_no_line roc.csv '^low,'
    expect_line roc.csv '^mid,inf,0,0$'
    grep -E '^u|,mid$' "$table" >mid.csv
    run plot pr "$three" --csv mid.csv --data pr.csv
    expect_status 0
    expect_line stderr '^without a curve, for want of samples: .*low'
    [ "$(sed 1,2d pr.csv | cut -d, -f1,4 | sort -u)" = mid,1 ] ||
        fail "precision without others"
    run plot roc "$three" --csv mid.csv --data none.csv
    expect_error 65 'mid\.csv: error: no curve can be drawn: no class has samples of it and others$'
    expect_no_file none.csv
}

test_calibration_is_that_of_evaluate() {
    need_answers
    run plot calibration "$model" "$config" --data bins.csv
    expect_status 0
    expect_no_stderr
    awk -F, 'NR > 1 {
            m = 1
            while ($4 > m / 15) m++
            n[m]++; right[m] += $2 == $3; sum[m] += $4
        }
        END {
            print "low,high,count,confidence,accuracy"
            for (m = 1; m <= 15; m++)
                printf "%.17g,%.17g,%d,%s\n", (m - 1) / 15, m / 15, n[m],
                    n[m] ? sprintf("%.17g,%.17g", sum[m] / n[m],
                                   right[m] / n[m]) : ","
        }' "$predictions" >want
    expect_head bins.csv low,high,count,confidence,accuracy
    expect_close bins.csv want
    run evaluate "$model" "$config" --calibration --json
    for key in from to samples confidence accuracy; do
        sed -n "/\"calibration\"/,\$s/^ *\"$key\": \([^,]*\),*\$/\1/p" stdout |
            sed 's/null//' >"$key"
    done
    paste -d, from to samples confidence accuracy >want
    tail -n +2 bins.csv >got
    expect_close got want
}

test_the_error_is_in_the_title() {
    need_cairo
    need_answers
    run evaluate "$model" "$config" --calibration --json
    error=$(sed -n 's/^ *"expected_error": \(.*\),/\1/p' stdout)
    run plot calibration "$model" "$config" -o bins.svg
    expect_status 0
    expect_line bins.svg "$(awk -v e="$error" 'BEGIN {
        printf "Calibration of 60 samples: expected error %.4f<", e}')"
}

# By falling probability; of equal ones the first comes first.
test_mistakes_are_sorted() {
    need_answers
    for count in 25 4; do
        run plot mistakes "$model" "$config" --count $count --data wrong$count.csv
        expect_status 0
        expect_no_stderr
        { head -n 1 "$predictions" &&
            awk -F, 'NR > 1 && $2 != $3' "$predictions" |
            sort -t, -k4,4gr -s | head -n $count; } >want
        expect_line_count want $((count + 1))
        expect_head wrong$count.csv row,true,predicted,probability
        expect_close wrong$count.csv want
    done
    run plot mistakes "$model" "$config" --data usual.csv
    expect_same usual.csv wrong25.csv
}

test_mistakes_have_captions() {
    need_cairo
    need_answers
    run plot mistakes "$model" "$config" --count 6 --data wrong.csv -o wrong.svg
    expect_status 0
    tail -n +2 wrong.csv |
        awk -F, '{printf "%s -&gt; %s %.2f\nsample %d\n", $2, $3, $4, $1}' >want
    sed 's/<[^>]*>/\n/g' wrong.svg | grep -E '&gt;|^sample' >got
    expect_same got want
    expect_line wrong.svg '>The 6 worst of [0-9]+ mistakes in 60 samples<'
}

test_mistakes_of_a_table_are_numbers_alone() {
    need_tables
    run plot mistakes "$three" --csv "$table"
    expect_error 64 'three\.safetensors: its samples are 2 numbers, no images; expected --data FILE without --output$'
    run plot mistakes "$three" --csv "$table" --data wrong.csv
    expect_status 0
    expect_line wrong.csv '^[0-9]+,"<b>,""x""",'
    grep -E '^u|,low$' "$table" | head -n 1 >none.csv
    run plot mistakes "$three" --csv none.csv --data none
    expect_error 65 'none\.csv'
    expect_no_file none
}

# A layer's outputs by power iteration; that of the second component on what the
# first one leaves.
slow_components() { # FILE
    awk -F, '
        function normalize(v, i, s) {
            s = 0
            for (i = 1; i <= d; i++) s += v[i] * v[i]
            for (i = 1; i <= d; i++) v[i] /= sqrt(s)
            return sqrt(s)
        }
        {
            d = NF
            for (i = 1; i <= d; i++) {x[NR, i] = $i; mean[i] += $i}
        }
        END {
            for (n = 1; n <= NR; n++)
                for (i = 1; i <= d; i++) x[n, i] -= mean[i] / NR
            for (i = 1; i <= d; i++)
                for (k = 1; k <= d; k++)
                    for (n = 1; n <= NR; n++) c[i, k] += x[n, i] * x[n, k] / NR
            for (p = 1; p <= 2; p++) {
                for (i = 1; i <= d; i++) v[i] = cos(i * i + p)
                normalize(v)
                for (step = 0; step < 3000; step++) {
                    for (i = 1; i <= d; i++) {
                        w[i] = 0
                        for (k = 1; k <= d; k++) w[i] += c[i, k] * v[k]
                    }
                    lambda = normalize(w)
                    for (i = 1; i <= d; i++) v[i] = w[i]
                }
                most = 1
                for (i = 2; i <= d; i++)
                    if (v[i] * v[i] > v[most] * v[most]) most = i
                sign = v[most] < 0 ? -1 : 1
                for (n = 1; n <= NR; n++)
                    for (i = 1; i <= d; i++)
                        t[n, p] += sign * x[n, i] * v[i]
                for (i = 1; i <= d; i++)
                    for (k = 1; k <= d; k++) c[i, k] -= lambda * v[i] * v[k]
            }
            for (n = 1; n <= NR; n++)
                printf "%.17g,%.17g\n", t[n, 1], t[n, 2]
        }' "$1"
}

expect_components() { # FILE WANTED - the last two columns, to 1e-6
    paste -d, <(tail -n +2 "$1" | cut -d, -f3,4) "$2" |
        awk -F, '{for (i = 1; i <= 2; i++) {
                d = $i - $(i + 2)
                if (d > 1e-6 || d < -1e-6) exit 1
            }}
            END {if (NR != 60) exit 1}' || fail "components of $1 differ"
}

test_embedding_is_the_principal_plane() {
    need_answers
    run plot embedding "$model" "$config" --layer dense3 --data dense.csv
    expect_status 0
    expect_no_stderr
    expect_head dense.csv sample,class,pc1,pc2
    cut -d, -f1,2 dense.csv | tail -n +2 >got
    tail -n +2 "$predictions" | cut -d, -f1,2 >want
    expect_same got want
    run predict "$model" "$SHARED/test.csv" --labelled --layer dense3
    tail -n +2 stdout >outputs
    [ "$(awk -F, '{print NF; exit}' outputs)" -eq 16 ] || fail "columns of dense3"
    slow_components outputs >want
    expect_components dense.csv want
    # Without noise a dropout leaves its input alone.
    run plot embedding "$model" "$config" --data usual.csv
    expect_same usual.csv dense.csv
    run plot embedding "$model" "$config" --layer dense5 --data last.csv
    expect_status 0
    cut -d, -f2- "$answers" >outputs
    slow_components outputs >want
    expect_components last.csv want
    run plot embedding "$model" "$config" --layer dens3 --data -
    expect_error 64 "--layer: the model has no layer 'dens3'; did you mean dense3"
}

test_threads_leave_no_trace() {
    need_cairo
    need_model
    for kind in confusion roc pr calibration mistakes embedding; do
        for threads in 1 2; do
            run plot $kind "$model" "$config" --threads $threads \
                --data $threads.csv -o $threads.png --force
            expect_status 0
            run plot $kind "$model" "$config" --threads $threads --force \
                -o $threads.svg
            expect_status 0
        done
        for ending in csv png svg; do
            expect_same 1.$ending 2.$ending
        done
    done
}

test_samples_are_as_read() {
    need_digits
    run plot samples --images "$images" --labels "$labels" --index 3 --count 2 \
        --data cells.csv
    expect_status 0
    expect_no_stderr
    expect_head cells.csv sample,class,channel,y,x,value
    sed -n 4,5p "$rows" | awk -F, '{
        for (i = 1; i <= NF; i++)
            printf "%d,%d,0,%d,%d,%d\n", NR + 2, NR + 2, (i - 1) / 28,
                (i - 1) % 28, $i
    }' >want
    tail -n +2 cells.csv >got
    expect_same got want
    run plot samples --csv "$digits" --index 3 --count 2 --data table.csv
    expect_same table.csv cells.csv
    run plot samples --images "$images" --labels "$labels" --data all.csv
    [ "$(tail -n 1 all.csv | cut -d, -f1)" -eq 24 ] || fail "25 samples"
    run plot samples --images "$images" --labels "$labels" --index 58 --data end.csv
    [ "$(tail -n +2 end.csv | cut -d, -f1 | uniq | paste -sd' ')" = "58 59" ] ||
        fail "the last two"
    run plot samples --images "$images" --labels "$labels" --index 60 --data -
    expect_error 64 '^cnnctl plot samples: error: --index: 60, there are 60 samples$'
}

# A flip is exact: every row of a sample in reverse.
test_samples_are_as_training_sees_them() {
    need_digits
    cat >flip.yaml <<END
data:
  train: {images: $images, labels: $labels}
  split: {eval_size: 0}
  augment: [{flip_horizontal: {p: 1}}]
layers:
  - input: {shape: [1, 28, 28]}
  - dense: {num_units: 10, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.1}
END
    run plot samples flip.yaml --augmented --count 3 --data seen.csv
    expect_status 0
    run plot samples flip.yaml --count 3 --data cells.csv
    expect_status 0
    awk -F, -v OFS=, 'NR > 1 {$5 = 27 - $5} {print}' cells.csv |
        sort -t, -k1,1g -k4,4g -k5,5g >want
    expect_same seen.csv want
    run plot samples flip.yaml --epoch 2 --data -
    expect_error 64 '--epoch: needs --augmented$'
    run plot samples flip.yaml --augmented --split valid --data -
    expect_error 64 '--augmented: is of the training samples, not of --split valid$'
}

# Numbers that are learnt, and labels, stand where a class does.
test_samples_of_other_answers() {
    printf 'a,b,y,z\n1,2,0.5,7\n3,4,-1,8\n' >t.csv
    run plot samples --source '{csv: t.csv, target_columns: [y, z]}' --data -
    expect_status 0
    expect_stdout sample,class,channel,y,x,value 0,0.5\ 7,0,0,0,1 \
        0,0.5\ 7,0,0,1,2 1,-1\ 8,0,0,0,3 1,-1\ 8,0,0,1,4
}

# Of what has no room the name is shortened, not the number.
test_long_names_leave_room_for_numbers() {
    need_cairo
    need_tables
    sed 's/,mid$/,a name that is longer than any legend has room for it/' \
        "$table" >long.csv
    run fit "$SHARED/three.yaml" -s data.train.csv=long.csv -o long -q
    expect_status 0
    run plot roc long --csv long.csv -o long.svg
    expect_status 0
    expect_line long.svg '>a name that is long.* [01]\.[0-9]{4}<'
}

test_hostile_names_are_text() {
    need_cairo
    need_tables
    run plot confusion "$three" --csv "$table" --data c.csv -o c.svg
    expect_status 0
    expect_line c.csv '^"<b>,""x""",mid,[0-9]+$'
    expect_line c.svg '&lt;b&gt;,'
    expect_no_line c.svg '<b>'
    run plot embedding "$three" --csv "$table" --data e.csv -o e.svg
    expect_status 0
    expect_line e.csv '^[0-9]+,"<b>,""x""",'
    expect_no_line e.svg '<b>'
    run plot roc "$three" --csv "$table"
    expect_status 0
    expect_no_line stdout $'\033'
}

test_what_a_kind_needs_of_a_model() {
    need_tables
    printf 'u,v\n1,2\n2,3\n3,5\n4,8\n' >n.csv
    cat >real.yaml <<'END'
data: {train: {csv: n.csv, target_columns: [v]}, split: {eval_size: 0}}
layers:
  - input: {shape: [1]}
  - dense: {num_units: 1, nonlinearity: linear}
train: {regression: true, max_epochs: 1, batch_size: 2, learning_rate: 0.01}
END
    run fit real.yaml -o real -q
    expect_status 0
    for kind in confusion roc pr calibration mistakes embedding; do
        run plot $kind real --csv n.csv --data x.csv
        expect_error 64 "^cnnctl plot $kind: error: real: expected a model of classes( or labels)?, got one of [a-z ]+\$"
        expect_no_file x.csv
        run plot $kind real --csv n.csv n.yaml --data x.csv
        expect_error 64 'expected labelled samples: CONFIG, or --csv, .*one of them$'
        run plot $kind real --data x.csv
        expect_error 64 'expected labelled samples'
    done
    sed 's/nonlinearity: softmax/nonlinearity: linear/
        s/max_epochs/loss: multiclass_hinge, &/' "$SHARED/three.yaml" >hinge.yaml
    cp "$table" .
    run fit hinge.yaml -o hinge -q
    expect_status 0
    for kind in roc pr calibration mistakes; do
        run plot $kind hinge --csv "$table" --data x.csv
        expect_error 64 "hinge: expected probabilities, the last layer, .*, has outputs that are none\$"
    done
    run plot confusion hinge --csv "$table" --data x.csv
    expect_status 0
}

# A table of more classes would be gigabytes; nothing is read for it.
test_a_matrix_of_very_many_classes_is_refused() {
    for count in 4096 4097; do
        cat >wide.yaml <<END
data: {normalize: none}
layers: [{input: {shape: [1]}}, {dense: {num_units: $count, nonlinearity: softmax}}]
END
        run checkpoint save wide.yaml -o wide$count
        expect_status 0
    done
    run plot confusion wide4097 --csv none.csv --data x.csv
    expect_error 64 '^cnnctl plot confusion: error: wide4097: expected a model of at most 4096 classes, got one of 4097$'
    run evaluate wide4097 --csv none.csv --confusion
    expect_error 64 '^cnnctl evaluate: error: --confusion: expected a model of at most 4096 classes, got one of 4097$'
    run plot confusion wide4096 --csv none.csv --data x.csv
    expect_error 66 'none\.csv'
    run evaluate wide4096 --csv none.csv --confusion
    expect_error 66 'none\.csv'
}
