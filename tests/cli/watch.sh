# shellcheck shell=bash
# The curve that fit draws under the epoch table: on a terminal alone, and
# without a trace in what is trained.

# Run fit with these words in a terminal of ROWSxCOLUMNS; what it was sent is
# in ./screen, lines ended by \n.
watched() { # ROWS COLUMNS WORD...
    local rows=$1 columns=$2
    shift 2
    command -v script >/dev/null || skip "script is not installed"
    status=0
    ran="cnnctl fit $*"
    TERM=xterm timeout 120 script -qec \
        "stty rows $rows cols $columns; exec '$CNNCTL' fit $* --progress=never" \
        /dev/null </dev/null >raw 2>stderr || status=$?
    tr -d '\r' <raw >screen
    : >stdout
}

# What is left of a screen that has been moved in: rows above the cursor are
# replaced after ESC [ n A, ESC [ J; other codes are dropped.
replay() { # FILE
    awk -v esc="$(printf '\033')" '{
            while (match($0, esc "\\[[0-9;]*[A-Za-z]")) {
                code = substr($0, RSTART + 2, RLENGTH - 2)
                if (code ~ /A$/)
                    n -= substr(code, 1, length(code) - 1)
                $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
            }
            line[++n] = $0
        }
        END {for (i = 1; i <= n; i++) print line[i]}' "$1"
}

test_the_curve_stands_under_the_table() {
    small_config c.yaml
    watched 40 70 c.yaml -o m.safetensors --epochs 3
    expect_status 0
    replay screen >plain
    watched 40 70 c.yaml -o w.safetensors --epochs 3 --watch
    expect_status 0
    # Without the curve it is the same table; between two lines of it there is
    # no old curve left.
    replay screen >stdout
    expect_line stdout '^loss$'
    [ "$(grep -c '^loss$' screen)" -eq 3 ] || fail "not drawn three times"
    [ "$(grep -c '^loss$' stdout)" -eq 1 ] || fail "not erased"
    sed '/^loss$/,/^ *o best: epoch/d; s/ *[0-9.]*s$//' stdout |
        sed 's/w\.safetensors/m.safetensors/' >got
    sed 's/ *[0-9.]*s$//' plain >want
    expect_same got want
    expect_line stdout '^ +a train loss   b valid loss$'
    sed -n '/^loss$/,/^ *o best/p' stdout >curve
    expect_no_line curve '.{70}'
    # The last line of the table stands right above the curve.
    grep -B 1 '^loss$' stdout | head -n 1 | grep -qE '^ +3 ' ||
        fail "the curve does not follow epoch 3"
    run checkpoint diff m.safetensors w.safetensors
    expect_status 0
    expect_stdout
    expect_same m.safetensors w.safetensors
}

test_the_curve_is_that_of_plot() {
    small_config c.yaml
    watched 40 81 c.yaml -o m.safetensors --epochs 3 --watch
    replay screen | sed -n '/^loss$/,/^ *o best/p' >got
    run plot loss m.safetensors
    expect_line_count got 18
    tail -n 3 got >bottom
    sed -n '/^loss$/,/^ *o best/p' stdout | tail -n 3 >want
    expect_same bottom want
}

test_no_terminal_is_said_once_and_training_goes_on() {
    small_config c.yaml
    run fit c.yaml -o m.safetensors
    sed 's/ *[0-9.]*s$//' stdout >want
    run fit c.yaml -o w.safetensors --watch
    expect_status 0
    sed 's/ *[0-9.]*s$//' stdout >got
    expect_same got want
    expect_no_line stdout "$(printf '\033')"
    [ "$(grep -c -e '--watch: standard output is no terminal' stderr)" -eq 1 ] ||
        fail "not said once"
    expect_same m.safetensors w.safetensors
    run fit c.yaml --folds 2 --watch -s data.split.eval_size=null \
        -s data.split.shuffle=true
    expect_status 0
    [ "$(grep -c -e '--watch: standard output' stderr)" -eq 1 ] ||
        fail "not said once for both runs"
    run fit c.yaml -o v.safetensors --watch -q
    expect_status 0
    expect_no_stderr
}

test_a_dumb_or_tiny_terminal() {
    small_config c.yaml
    watched 9 70 c.yaml -o m.safetensors --watch
    expect_status 0
    expect_no_line screen '^loss$'
    expect_no_line screen "$(printf '\033')\\[[0-9]*A"
    watched 40 20 c.yaml -o n.safetensors --watch
    expect_status 0
    expect_no_line screen '^loss$'
}

test_it_trains_nothing_that_could_be_watched() {
    small_config c.yaml
    run fit c.yaml --dry-run --watch
    expect_error 64 '--dry-run: trains nothing; leave out --watch'
    run fit c.yaml --check --watch
    expect_error 64 '--check: trains nothing; leave out --watch'
}

test_an_interrupt_leaves_the_terminal_as_it_was() {
    small_config c.yaml
    command -v script >/dev/null || skip "script is not installed"
    cat >session <<END
stty rows 40 cols 70
stty -a | grep -v '^speed' >before
"$CNNCTL" fit c.yaml -o m.safetensors --epochs 100000 --watch --progress=never &
pid=\$!
sleep 1.5
kill -INT \$pid
wait \$pid
echo "status \$?"
stty -a | grep -v '^speed' >after
END
    TERM=xterm timeout 60 script -qec 'bash session' /dev/null </dev/null >raw 2>stderr || true
    tr -d '\r' <raw >stdout
    expect_line stdout '^status 130$'
    expect_same before after
    # Nothing is switched that would have to be switched back.
    expect_no_line stdout "$(printf '\033')\\[\\?"
    run checkpoint verify m.safetensors -q
    expect_status 0
}

# A curve that has been drawn for another size is drawn anew at once.
test_a_terminal_that_is_resized() {
    small_config c.yaml
    sed -i 's/count: 200/count: 5000/; s/max_epochs: 2/max_epochs: 100000/
        s/batch_size: 32/batch_size: 2/' c.yaml
    command -v script >/dev/null || skip "script is not installed"
    cat >session <<END
stty rows 40 cols 70
"$CNNCTL" fit c.yaml -o m.safetensors --watch --progress=never &
pid=\$!
for _ in \$(seq 600); do
    [ "\$(grep -c '^loss' raw)" -eq 0 ] || break
    sleep 0.1
done
echo resized
stty rows 40 cols 90
for _ in \$(seq 600); do
    [ "\$(sed '1,/^resized/d' raw | grep -c '^loss')" -eq 0 ] || break
    sleep 0.1
done
kill -KILL \$pid
wait \$pid
END
    : >raw
    TERM=xterm timeout 150 script -fqec 'bash session' raw </dev/null >stdout 2>stderr || true
    sed '1,/^resized/d' raw | tr -d '\r' >after
    expect_line after 'loss$'
    # It did not wait for the end of the epoch.
    sed '/loss$/,$d' after >before
    expect_no_line before '^ +[0-9]+ +[0-9]'
    # It is as wide as the terminal has become.
    expect_line after '.{75}'
}
