# shellcheck shell=bash
# Pictures of training: their numbers, their outputs, and what they look like
# in the terminal.

need_cairo() {
    ldconfig -p 2>/dev/null | grep -q 'libcairo\.so\.2' ||
        skip "libcairo2 is not installed"
}

# A schedule that moves every update, 5 updates an epoch.
need_moving() {
    moving=$SHARED/moving.yaml moved=$SHARED/moving.safetensors
    [ ! -e "$moved" ] || return 0
    small_config "$moving"
    cat >>"$moving" <<'END'
  schedule:
    learning_rate: {cosine: {stop: 0.0001}}
    momentum: {linear: {stop: 0.5}}
    warmup: {epochs: 1, start: 0.001}
END
    run fit "$moving" -q -o "$moved" -s train.max_epochs=4
    expect_status 0
}

# The columns of a table with these titles, as awk reads and writes numbers:
# the same doubles are the same text.
columns() { # FILE TITLE...
    local file=$1
    shift
    awk -F, -v titles="$*" 'NR == 1 {
            for (i = 1; i <= NF; i++) at[$i] = i
            n = split(titles, title, " ")
            next
        }
        {
            for (i = 1; i <= n; i++)
                printf "%s%s", (i > 1 ? "," : ""), ($at[title[i]] == "" ? \
                    "" : sprintf("%.17g", $at[title[i]]))
            print ""
        }' "$file"
}

test_loss_is_the_history() {
    need_model
    run plot loss "$model" --data loss.csv
    expect_status 0
    expect_no_stdout
    expect_no_stderr
    [ "$(head -n 1 loss.csv)" = model,epoch,train_loss,valid_loss ] ||
        fail "the header"
    expect_line_count loss.csv 3
    [ "$(cut -d, -f1 loss.csv | tail -n 1)" = "$model" ] || fail "the model"
    columns loss.csv epoch train_loss valid_loss >got
    run checkpoint show --history "$model"
    columns stdout epoch train_loss valid_loss >want
    expect_same got want
}

test_any_column_of_the_history() {
    need_moving
    run checkpoint show --history "$moved"
    cp stdout history
    for metric in train_loss valid_accuracy learning_rate penalty; do
        run plot history "$moved" --metric $metric --data -
        expect_status 0
        expect_no_stderr
        [ "$(head -n 1 stdout)" = "model,epoch,$metric" ] || fail "the header"
        columns stdout epoch $metric >got
        columns history epoch $metric >want
        expect_line_count got 4
        expect_same got want
    done
    run plot history "$moved" --metric accuracy --data -
    [ "$(head -n 1 stdout)" = model,epoch,valid_accuracy ] || fail "short"
}

test_a_column_that_is_not_there() {
    need_model
    run plot history "$model" --metric valid_acuracy
    expect_error 64 "$model: error: --metric: the history has no numbers of 'valid_acuracy'; did you mean valid_accuracy\?; it has train_loss, valid_loss, valid_accuracy, .*learning_rate"
    # Of a metric valid_ may be left out, also when it is misspelt.
    run plot history "$model" --metric acuracy
    expect_error 64 "no numbers of 'acuracy'; did you mean valid_accuracy\?; it has"
    # Known, but never measured or never kept.
    for metric in gradient_norm dur; do
        run plot history "$model" --metric $metric --data -
        expect_error 64 "no numbers of '$metric'"
    done
    run plot history "$model"
    expect_error 64 '--metric: is needed; the history has train_loss, '
}

test_a_run_without_validation() {
    small_config c.yaml
    run fit c.yaml -q -o m.safetensors -s 'data.split={eval_size: 0}'
    expect_status 0
    run plot loss m.safetensors --data -
    expect_status 0
    expect_line stdout '^m\.safetensors,1,[0-9.]+,$'
    run plot history m.safetensors --metric valid_loss
    expect_error 64 "no numbers of 'valid_loss'"
    run plot loss m.safetensors
    expect_status 0
    expect_line stdout 'train loss'
    expect_no_line stdout 'valid loss'
}

test_a_model_that_was_never_trained() {
    small_config c.yaml
    run checkpoint save c.yaml -o m.safetensors
    expect_status 0
    for kind in loss 'history --metric train_loss'; do
        # shellcheck disable=SC2086
        run plot $kind m.safetensors -o x.svg --data x.csv
        expect_error 65 '^m\.safetensors: error: has no history'
        # shellcheck disable=SC2086
        run plot $kind missing.safetensors --data x.csv
        expect_error 66 '^missing\.safetensors: error: '
        # shellcheck disable=SC2086
        run plot $kind c.yaml --data x.csv
        expect_error 65 '^c\.yaml: error: '
    done
    expect_no_file x.svg
    expect_no_file x.csv
    expect_no_temporary
}

# Cosine behind a warmup of 5 updates, to the end of 20, by itself.
test_rates_of_every_update() {
    need_moving
    run plot lr "$moving" -s train.max_epochs=4 --data -
    expect_status 0
    expect_no_stderr
    [ "$(head -n 1 stdout)" = update,learning_rate,momentum ] || fail "header"
    expect_line_count stdout 21
    cp stdout table
    awk -F, 'NR > 1 {
            t = $1 - 1
            pi = atan2(0, -1)
            first = 0.002; last = 0.0001
            u = t < 5 ? 0 : t - 5
            rate = last + (first - last) * (1 + cos(pi * u / 15)) / 2
            if (t < 5)
                rate = 0.001 + (first - 0.001) * t / 5
            momentum = 0.9 + (0.5 - 0.9) * u / 14
            if ($1 != NR - 1 || ($2 - rate) ^ 2 > 1e-24 ||
                ($3 - momentum) ^ 2 > 1e-24)
                print NR, $0, rate, momentum
        }' table >wrong
    [ ! -s wrong ] || fail "$(cat wrong)"
    # An epoch's first update, as the table of epochs has it, and as training
    # has used it.
    run config show --schedule "$moving" -s train.max_epochs=4
    tail -n +2 stdout | cut -d, -f2- >want
    awk -F, 'NR > 1 && ($1 - 1) % 5 == 0 {print $2 "," $3}' table >got
    expect_same got want
    run plot history "$moved" --metric learning_rate --data -
    columns stdout learning_rate >got
    awk -F, 'NR == 1 || ($1 - 1) % 5 == 0' table >firsts
    columns firsts learning_rate >want
    expect_same got want
    # A model knows how many samples it was trained on.
    run plot lr "$moved" --data -
    expect_stdout <table
    run plot lr "$moved" --data - -s seed=1
    expect_error 64 '--set: has no effect on a model file'
}

test_rates_of_rules_without_momentum_and_of_plateau() {
    need_model
    run plot lr "$config" -s train.update=adagrad --data -
    expect_status 0
    expect_line_count stdout 11
    expect_no_line stdout '^[0-9]+,0\.002,.'
    run plot lr "$config" -s train.update=adagrad
    expect_no_line stdout 'momentum'
    run plot lr "$config"
    expect_line stdout '^momentum$'
    run plot lr "$config" -s train.schedule=plateau
    expect_status 0
    expect_line stderr '^plateau acts on what the epochs are worth'
    expect_line stdout 'until plateau acts$'
    # More updates than there may be rows.
    run plot lr "$config" -s train.max_epochs=100000000 --data x.csv
    expect_error 64 '--data: 500000000 updates are more rows than 100000000'
    expect_no_file x.csv
    run plot lr "$config" -s train.max_epochs=100000000
    expect_status 0
    run plot lr "$config" -s data=null
    expect_error 78 'data\.train is missing'
}

test_what_is_refused_writes_nothing() {
    need_model
    cp "$model" m.safetensors
    small_config c.yaml
    local before
    before=$(ls -A)
    for name in x.jpg x x.png.gz .; do
        run plot loss m.safetensors -o $name
        [ "$status" -ne 0 ] || fail "$name is taken"
    done
    run plot loss m.safetensors -o x.jpg
    expect_error 64 '--output: x\.jpg: expected a name that ends in \.png, \.svg or \.pdf'
    run plot loss m.safetensors -o m.safetensors
    expect_error 64 'm\.safetensors is read by the command'
    run plot lr c.yaml --data c.yaml
    expect_error 64 'c\.yaml is read by the command'
    run plot loss m.safetensors -o x.svg --data ./x.svg
    expect_error 64 'is also given as'
    run plot loss m.safetensors -o -
    expect_error 64 'not standard output'
    for size in 800 800x 800x600x1 0x0 -1x5 1e3x600 800X600 'x600' 99999x10; do
        run plot loss m.safetensors -o x.png "--size=$size"
        expect_error 64 "--size: expected WxH in pixels, .* got '$size'"
    done
    run plot loss m.safetensors -o x.pdf --size 0x5
    expect_error 64 '--size: expected WxH in centimetres'
    run plot loss m.safetensors -o x.png --scale 2
    expect_error 64 '--scale: is of images'
    run plot loss m.safetensors -o x.png --scale 0
    expect_error 64 '--scale: 0 is not in \[0\.1, 1000\]$'
    for option in '--size 9x9' '--scale 2' --dark; do
        # shellcheck disable=SC2086
        run plot loss m.safetensors $option
        expect_error 64 "${option%% *}: needs --output"
    done
    run plot loss m.safetensors --data - --title x
    expect_error 64 '--title: is of the picture'
    run plot loss m.safetensors --json
    expect_error 64 '--json: has no effect on this command'
    run plot loss m.safetensors -s seed=1
    expect_error 64 '--set: has no effect on this command'
    run plot losss m.safetensors
    expect_error 64 'losss: unknown command; did you mean loss\?'
    rm -f stdout stderr expected
    [ "$(ls -A)" = "$before" ] || fail "something was written: $(ls -A)"
}

test_files_are_replaced_when_that_is_asked_for() {
    need_model
    need_cairo
    echo mine >x.svg
    echo mine >x.csv
    run plot loss "$model" -o x.svg
    expect_error 73 'x\.svg: error: exists; --force replaces it'
    run plot loss "$model" -o y.svg --data x.csv
    expect_error 73 'x\.csv: error: exists; --force replaces it'
    expect_no_file y.svg
    run plot loss "$model" -o x.svg --data x.csv --force
    expect_status 0
    expect_no_stdout
    expect_line x.svg '</svg>'
    expect_line x.csv '^model,epoch,'
    run plot loss "$model" -o missing/x.svg
    expect_error 73 'missing/x\.svg'
    expect_no_temporary
}

test_files_of_each_format() {
    need_model
    need_cairo
    for threads in 1 2; do
        mkdir $threads
        for name in x.png x.svg x.pdf y.PNG; do
            run plot loss "$model" -o $threads/$name --threads $threads \
                --data $threads/$name.csv --title 'Some title'
            expect_status 0
            expect_no_stdout
            expect_no_stderr
        done
    done
    diff -r 1 2 >stdout || fail "bytes depend on threads"
    [ "$(head -c 4 1/x.png | od -An -tx1)" = ' 89 50 4e 47' ] || fail "PNG"
    expect_same 1/x.png 1/y.PNG
    [ "$(head -c 5 1/x.pdf)" = %PDF- ] || fail "PDF"
    expect_line 1/x.svg '>Some title<'
    run plot loss "$model" -o a.png --size 640x400
    expect_status 0
    # Width and height stand at byte 16 of a PNG.
    [ "$(od -An -tu1 -j16 -N8 a.png | tr -s ' ')" = ' 0 0 2 128 0 0 1 144' ] ||
        fail "the size: $(od -An -tu1 -j16 -N8 a.png)"
    run plot lr "$config" -o b.pdf --size 16x9.5 --dark
    expect_status 0
}

test_numbers_alone_on_standard_output() {
    need_model
    run plot loss "$model" --data want.csv
    run plot loss "$model" --data - --progress=always
    expect_status 0
    expect_stdout <want.csv
    expect_no_stderr
}

test_several_models_and_names_of_any_kind() {
    need_model
    local strange
    strange=$(printf 'e\033[31m\303\251.safetensors')
    cp "$model" 'a,"b".safetensors'
    cp "$model" "$strange"
    run plot loss 'a,"b".safetensors' "$strange"
    expect_status 0
    [ "$(head -n 1 stdout)" = 'Loss of 2 models' ] || fail "the title"
    expect_no_line stdout '[^ -~]'
    expect_line stdout 'a,"b"\.safetensors: train loss'
    expect_line stdout '\\x1b\[31m\\xc3\\xa9\.safetensors: valid loss'
    run plot loss 'a,"b".safetensors' "$model" --data -
    expect_line_count stdout 5
    expect_line stdout '^"a,""b""\.safetensors",1,'
    # Two files of one name are told apart.
    mkdir other
    cp "$model" other/m.safetensors
    cp "$model" m.safetensors
    run plot loss m.safetensors other/m.safetensors
    expect_line stdout 'b m\.safetensors: valid loss$'
    expect_line stdout 'c other/m\.safetensors: train loss'
    # One that is wrong is wrong for all.
    echo strange >strange
    run plot loss m.safetensors strange --data x.csv
    expect_error 65 '^strange: error: '
    expect_no_file x.csv
}

# What the environment says of the terminal decides what is printed.
test_letters_dots_and_colours() {
    need_model
    run plot loss "$model" --title 'Two losses'
    expect_status 0
    [ "$(head -n 1 stdout)" = 'Two losses' ] || fail "the title"
    expect_no_line stdout '[^ -~]'
    expect_no_line stdout '.{81}'
    expect_line stdout '^ +a train loss   b valid loss$'
    expect_line stdout '^ +o best: epoch 2: '
    cp stdout plain
    LC_ALL=C.UTF-8 run plot loss "$model"
    expect_line stdout "$(printf '\342\224\202')" # a box; no colours: letters
    expect_no_line stdout "$(printf '\033')"
    expect_line stdout '^.+a +$|a$'
    LC_ALL='' LC_CTYPE='' LANG=de_DE.UTF-8 TERM=xterm-256color \
        run plot loss "$model" --color=always
    expect_line stdout "$(printf '\033')\[38;5;"
    grep -q "$(printf '\342\240')" stdout || fail "no Braille"
    COLORTERM=truecolor run plot loss "$model" --color=always
    expect_line stdout "$(printf '\033')\[38;2;"
    TERM=xterm-256color run plot loss "$model" --title 'Two losses'
    expect_same stdout plain # it is no terminal
}
