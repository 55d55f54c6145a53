# shellcheck shell=bash
# plot graph: the drawing for Graphviz, its pictures, and the lines of the
# terminal.

branched() { # FILE
    cat >"$1" <<'END'
layers:
  - input: {shape: [1, 8, 8]}
  - repeat:
      times: 2
      name: stage
      layers:
        - residual:
            - conv2d: {num_filters: 1, filter_size: 3, pad: same}
  - globalpool: {name: squeezed}
  - dense: {num_units: 1, nonlinearity: sigmoid}
  - elemwisemerge: {incoming: [stage, dense3], merge_function: mul}
  - dense: {num_units: 2, nonlinearity: softmax}
END
}

# A program dot of our own, found first.
fake_dot() { # SHELL-COMMANDS
    mkdir -p bin
    printf '#!/bin/sh\n%s\n' "$1" >bin/dot
    chmod +x bin/dot
    PATH=$PWD/bin:$PATH
}

test_lines_show_which_layer_reads_which() {
    branched net.yaml
    run plot graph net.yaml
    expect_status 0
    expect_no_stderr
    expect_stdout <<'END'
     name                      type             parameters  output
---  ------------------------  -------------  ------------  --------
*    input0                    input                     0  1x8x8
+-*  stage1_residual1_conv2d1  conv2d                   10  1x8x8
*-'  stage1_residual1_sum      elemwisesum               0  1x8x8
*    stage1_residual1          nonlinearity              0  1x8x8
+-*  stage2_residual1_conv2d1  conv2d                   10  1x8x8
*-'  stage2_residual1_sum      elemwisesum               0  1x8x8
*    stage2_residual1          nonlinearity              0  1x8x8
+-*  squeezed                  globalpool                0  1
| *  dense3                    dense                     2  1
*-'  elemwisemerge4            elemwisemerge             0  1x8x8
*    dense5                    dense                   130  2
END
}

test_a_model_shows_the_lines_of_its_configuration() {
    need_model
    run plot graph "$config"
    mv stdout of_config
    run plot graph "$model"
    expect_status 0
    expect_same stdout of_config
}

test_columns_are_used_again_and_crossed() {
    cat >net.yaml <<'END'
layers:
  - input: {name: a, shape: [4]}
  - dense: {name: b, num_units: 4, incoming: a}
  - dense: {name: c, num_units: 4, incoming: a}
  - dense: {name: d, num_units: 4, incoming: b}
  - elemwisesum: {name: e, incoming: [a, d]}
  - elemwisesum: {name: f, incoming: [e, c, e]}
  - dense: {name: g, num_units: 2, nonlinearity: softmax}
END
    run plot graph net.yaml
    expect_status 0
    cut -c1-5 stdout | sed 's/ *$//' >lines
    expect_stream lines <<'END'

-----
*
+-*
+-|-*
| * |
*-' |
*---'
*
END
}

# Boxes and edges against what info says of the same network.
test_boxes_and_edges_are_those_of_info() {
    branched net.yaml
    run plot graph net.yaml -o net.dot
    expect_status 0
    expect_no_stdout
    run info net.yaml --json
    expect_status 0
    sed -nE 's/^ *n([0-9]+) \[label="([^\\"]*)\\n([a-z0-9]+).*/\1 \2 \3/p' \
        net.dot | sort -n >boxes
    tr -d ' \n' <stdout | sed 's/{"name":/\n&/g' |
        sed -nE 's/^\{"name":"([^"]*)","type":"([^"]*)".*/\1 \2/p' |
        awk '{print NR - 1, $0}' >wanted
    expect_line_count wanted 11
    expect_same boxes wanted
    sed -nE 's/^ *n([0-9]+) -> n([0-9]+) \[label=" ([0-9x]*)"\];/\2 \1 \3/p' \
        net.dot | sort -n >edges
    tr -d ' \n' <stdout | sed 's/{"name":/\n&/g' |
        sed -nE 's/^\{"name":"([^"]*)".*"incoming":\[([^]]*)\],"shape":\[([0-9,]*)\].*/\1 \3 \2/p' |
        tr ',"' 'x ' | awk '{
            number[$1] = NR - 1; shape[$1] = $2
            for (k = 3; k <= NF; k++) if ($k != "x")
                print NR - 1, number[$k], shape[$k]
        }' | sort -n >wanted
    expect_line_count wanted 13
    sort -o edges edges
    sort -o wanted wanted
    expect_same edges wanted
    expect_line net.dot '^    n10 -> end \[label=" 2"\];$'
}

test_rounds_stand_in_frames() {
    branched net.yaml
    run plot graph net.yaml -o net.dot
    expect_status 0
    grep -oE 'label="stage, round [0-9] of [0-9]"' net.dot >frames
    expect_stream frames 'label="stage, round 1 of 2"' \
        'label="stage, round 2 of 2"'
    # The first frame holds the layers of the first round and no other.
    sed -n '/round 1 of 2/,/^    }/p' net.dot |
        sed -nE 's/^ *n([0-9]+) \[label.*/\1/p' >inside
    expect_stream inside 1 2 3
}

test_rounds_within_rounds_have_frames_of_their_own() {
    cat >net.yaml <<'END'
layers:
  - input: {shape: [4]}
  - repeat:
      times: 2
      layers:
        - repeat:
            times: 3
            layers:
              - dense: {num_units: 4}
        - dropout
  - dense: {num_units: 2, nonlinearity: softmax}
END
    run plot graph net.yaml -o net.dot
    expect_status 0
    grep -c 'round [123] of 3' net.dot >count || true
    expect_stream count 6
    expect_line net.dot '^        subgraph .*label="repeat1, round 2 of 3"'
    grep -c 'repeat1, round [12] of 2' net.dot >count || true
    expect_stream count 2
}

test_names_that_only_look_like_rounds_have_no_frame() {
    cat >net.yaml <<'END'
layers:
  - input: {shape: [4]}
  - dense: {name: a1_x, num_units: 4}
  - dropout: {name: a2_x}
  - dense: {name: b2_x, num_units: 4}
  - dense: {name: b3_x, num_units: 4}
  - dense: {name: c1_x, num_units: 4}
  - dense: {name: c2_y, num_units: 2, nonlinearity: softmax}
END
    run plot graph net.yaml -o net.dot
    expect_status 0
    expect_no_line net.dot subgraph
}

# White on dark, black on light; a family has one colour.
test_families_have_their_colours() {
    need_model
    run plot graph "$model" -o net.dot
    expect_status 0
    expect_line net.dot 'input0.*fillcolor="#B3F1A0", fontcolor=black'
    expect_line net.dot 'conv2d1.*fillcolor="#3173A2", fontcolor=white'
    expect_line net.dot 'maxpool2d2.*fillcolor="#FCAC41", fontcolor=black'
    expect_line net.dot 'dense3.*fillcolor="#5DD637", fontcolor=black'
    expect_line net.dot 'dropout4.*fillcolor="#3FCD12", fontcolor=black'
}

test_words_stay_words() {
    branched net.yaml
    run plot graph net.yaml -o net.dot --title $'a"]; n0 -> x [\\N &lt; <b>\n\e[31m\xff'
    expect_status 0
    expect_line net.dot 'label="a\\"\]; n0 -> x \[\\\\N &amp;lt; <b>\\\\x0a\\\\x1b\[31m\\\\xff"\];$'
    command -v dot >/dev/null || return 0
    run plot graph net.yaml -o net.svg --title 'a"]; n0 -> x [\N &lt; <b>'
    expect_status 0
    expect_line net.svg '>a&quot;\]; n0 &#45;&gt; x \[\\N &amp;lt; &lt;b&gt;</text>'
}

test_pictures_are_what_their_names_say() {
    command -v dot >/dev/null || skip "dot is not installed"
    branched net.yaml
    for kind in svg png pdf; do
        run plot graph net.yaml -o "net.$kind"
        expect_status 0
        expect_no_stderr
        run plot graph net.yaml -o again."$kind" --dark
        expect_status 0
        ! cmp -s "net.$kind" "again.$kind" || fail "$kind: --dark changes nothing"
        sleep 1.1 # a clock in the file would show
        run plot graph net.yaml -o again."$kind" --force
        expect_same "net.$kind" "again.$kind"
        TZ=America/New_York run plot graph net.yaml -o again."$kind" --force
        expect_same "net.$kind" "again.$kind"
    done
    head -c 8 net.png | od -An -tx1 >magic
    expect_stream magic ' 89 50 4e 47 0d 0a 1a 0a'
    head -c 5 net.pdf >magic
    echo >>magic
    expect_stream magic '%PDF-'
    # Names can be selected: they are text, and all of them are there.
    sed -nE 's/.*<text[^>]*>([a-z0-9_]+)<\/text>.*/\1/p' net.svg | sort -u >texts
    for name in input0 stage1_residual1_conv2d1 stage2_residual1_sum squeezed \
        elemwisemerge4 dense5; do
        expect_line texts "^$name\$"
    done
}

test_without_graphviz_the_package_is_named() {
    branched net.yaml
    mkdir empty
    PATH=$PWD/empty run_alone plot graph net.yaml -o net.png
    expect_status 71
    expect_stderr 'cnnctl: error: the program dot is not installed; Debian'"'"'s package is graphviz'
    expect_no_file net.png
    PATH=$PWD/empty run_alone plot graph net.yaml -o net.dot
    expect_status 0
}

# run needs programs that are not there now.
run_alone() {
    ran="cnnctl $*"
    status=0
    "$CNNCTL" "$@" >stdout 2>stderr || status=$?
}

test_what_dot_prints_is_the_picture() {
    branched net.yaml
    run plot graph net.yaml -o net.dot
    fake_dot 'echo "$@" >args; exec cat'
    run plot graph net.yaml -o net.png
    expect_status 0
    expect_same net.dot net.png
    expect_stream args -Tpng
}

# More than a pipe holds in both directions, while dot has not read a byte.
test_neither_side_waits_for_the_other() {
    awk 'BEGIN {
        print "layers:\n  - input: {shape: [4]}"
        for (i = 0; i < 3000; i++) print "  - dense: {num_units: 4}"
        print "  - dense: {num_units: 2, nonlinearity: softmax}"
    }' >net.yaml
    fake_dot 'head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; cat >given'
    run plot graph net.yaml -o net.png
    expect_status 0
    [ "$(wc -c <net.png)" -eq 300000 ] || fail "the picture is not whole"
    run plot graph net.yaml -o net.dot
    expect_same net.dot given
}

test_a_dot_that_fails_leaves_nothing() {
    branched net.yaml
    fake_dot $'cat >/dev/null; printf "no such\e format\\nmore" >&2; exit 3'
    run plot graph net.yaml -o net.pdf
    expect_status 71
    expect_stderr 'cnnctl: error: dot fails: no such\x1b format'
    expect_no_file net.pdf
    fake_dot 'exec kill -9 $$'
    run plot graph net.yaml -o net.pdf
    expect_status 71
    expect_stderr 'cnnctl: error: dot fails'
    # One that does not read its input to the end may still be content.
    fake_dot 'echo done'
    run plot graph net.yaml -o net.pdf
    expect_status 0
    expect_stream net.pdf 'done'
    expect_no_temporary
}

test_wrong_usage() {
    branched net.yaml
    run plot graph net.yaml -o net.gif
    expect_error 64 'expected a name that ends with .png, .svg, .pdf or .dot, not net.gif$'
    run plot graph net.yaml -o .dot
    expect_error 64 'expected a name'
    run plot graph net.yaml --data rows.csv
    expect_error 64 'unknown option'
    run plot graph net.yaml --dark
    expect_error 64 'dark: needs --output'
    run plot graph net.yaml -o net.yaml.dot --json
    expect_error 64 json
    touch there.dot
    run plot graph net.yaml -o there.dot
    expect_error 73 'exists; --force'
    run plot graph net.yaml -o none/net.dot
    expect_error 73 'none/net.dot'
    run plot graph none.yaml -o net.dot
    expect_error 66 'none.yaml'
    echo 'layers: [{input: {shape: [4]}}, {densa: {}}]' >bad.yaml
    run plot graph bad.yaml -o net.dot
    expect_error 78 'bad.yaml:1'
    expect_no_file net.dot
    run plot graph net.yaml -o net.dot -s layers.dense5.num_units=3
    expect_status 0
    expect_line net.dot 'n10 -> end \[label=" 3"'
}

# What dot is told of the time stays between the two.
test_dot_has_an_environment_of_its_own() {
    branched net.yaml
    fake_dot 'env >had; exec cat'
    export SOURCE_DATE_EPOCH=5 TZ=Asia/Tokyo OTHER='a b'
    run plot graph net.yaml -o net.png
    expect_status 0
    grep -E '^(SOURCE_DATE_EPOCH|TZ|OTHER)=' had | sort >some
    expect_stream some 'OTHER=a b' SOURCE_DATE_EPOCH=0 TZ=UTC
    grep -q "^PATH=$PATH\$" had || fail "not the same PATH"
}

# Whoever starts the program may have chosen not to wait for his children.
test_children_can_be_waited_for() {
    branched net.yaml
    fake_dot 'exec cat'
    env --ignore-signal=CHLD true 2>/dev/null || skip "env ignores no signals"
    status=0
    env --ignore-signal=CHLD "$CNNCTL" plot graph net.yaml -o net.png \
        >stdout 2>stderr || status=$?
    expect_status 0
    expect_no_stderr
}
