package mail

import (
	"strings"
	"testing"
)

func TestTextFromHTML(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"paragraphs", "<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree\n"},
		{"divs", "<div>one</div><div><br></div><div>two</div><div>three</div>", "one\n\ntwo\nthree\n"},
		{"blanks", "<p>  one \n\t two </p>", "one two\n"},
		{"Outlook lines", `<p class="MsoNormal">one</p><p class="MsoNormal">&nbsp;</p><p class=MsoNormal>two</p>`, "one\n\ntwo\n"},
		{"lists", "<ul><li>a<li>b<ol start=3><li>c</li><li>d</li></ol></li></ul>", "- a\n- b\n  3. c\n  4. d\n"},
		{"letters and roman numbers", `<ol type="a"><li>x<li>y</ol><ol type="i"><li>x<li>y</ol>`, "a. x\nb. y\ni. x\nii. y\n"},
		{"paragraphs in items", "<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n\n- b\n"},
		{"links", `<a href="https://x.example/a">here</a> <a href="https://x.example/">x.example</a> <a href="mailto:a@x.example?subject=s">a@x.example</a> <a href="javascript:x">j</a>`,
			"here <https://x.example/a> x.example a@x.example j\n"},
		{"table", "<table><tr><th>a</th><th>b</th></tr><tr><td><p>1</p></td><td>2</td></tr></table>", "a | b\n1 | 2\n"},
		{"cells of a layout", "<table><tr><td><p>1</p><p>2</p></td><td>3</td></tr><tr><td>4</td><td>5</td></tr></table>", "1\n\n2\n3\n4 | 5\n"},
		{"empty line in a quote", "<blockquote>a<div>&nbsp;</div>b</blockquote>", "> a\n>\n> b\n"},
		{"pre", "<pre>a  b\n\n  c</pre>", "a  b\n\n  c\n"},
		{"pre-wrap", `<div style="white-space: pre-wrap">a  b</div>`, "a  b\n"},
		{"headings and rule", "<h1>t</h1>x<hr>y", "t\n\nx\n________________________________\ny\n"},
		{"dropped", `<head><title>t</title><style>p{}</style></head><script>x()</script><p>a<span style="display:none">hidden</span></p><!-- c --><p hidden>b</p>`, "a\n"},
		{"head without an end", "<head><title>t</title><body><p>a</p>", "a\n"},
		{"entities", "a &amp; b &lt;c&gt; &eacute;&nbsp;d&#8203;", "a & b <c> é\u00a0d\n"},
		{"image", `<p>see <img alt="the chart" src="https://x.example/track"></p>`, "see [image: the chart]\n"},
		{"quotes", "<blockquote>a<blockquote><p>b</p><p>c</p></blockquote>d</blockquote>e", "> a\n>\n> > b\n> >\n> > c\n>\n> d\ne\n"},
		{"Gmail indents", `a<blockquote style="margin:0 0 0 40px;border:none;padding:0px">b</blockquote>`, "a\nb\n"},
		{"Outlook's bar", `a<div style="border:none;border-left:solid blue 1.5pt;padding:0cm 0cm 0cm 4.0pt"><p class=MsoNormal>b</p></div>c`, "a\n> b\nc\n"},
		{"a frame is no quote", `<div style="border-left:1px solid #000;border-right:1px solid #000">b</div>`, "b\n"},
		{"Outlook's header block", `a<hr><div id="divRplyFwdMsg"><b>From:</b> X<br><b>Sent:</b> today</div>b`, "a\n________________________________\nFrom: X\nSent: today\nb\n"},
		{"Yahoo", `a<div class="yahoo_quoted"><div>X wrote:</div><div>b<br>c</div></div>d`, "a\nX wrote:\n> b\n> c\nd\n"},
		{"signature", "a<div>-- <br>Ana</div>", "a\n-- \nAna\n"},
		{"struck and added", "a <s>b</s> <del>c d</del><ins>e</ins> <span style='text-decoration: line-through'>f</span>", "a [deleted: b c d][added: e] [deleted: f]\n"},
		{"over two paragraphs", "<del><p>a</p><p>b</p></del>", "[deleted: a]\n\n[deleted: b]\n"},
		{"unclosed", "<div><b>a<p>b<table><tr><td>c", "a\n\nb\n\nc\n"},
		{"stray ends", "</div>a</p>b</blockquote></td>c", "a\nbc\n"},
		{"no markup", "just text", "just text\n"},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := TextFromHTML(tt.in); got != tt.want {
				t.Errorf("got\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

// A colour marks an edit only between ordinary text.
func TestColourEdits(t *testing.T) {
	const before, after = "<p>The coalition meets every ", " and publishes its minutes.</p>"
	for _, tt := range []struct {
		name, in string
		want     string // "" means that nothing is marked
	}{
		{"red span", before + `<span style="color:red">two months</span>` + after, "[added: two months]"},
		{"font", before + `<font color="#0000FF">two months</font>` + after, "[added: two months]"},
		{"rgb", before + `<span style="color: rgb(0, 176, 80)">two months</span>` + after, "[added: two months]"},
		{"whole paragraph between others", "<p>The first paragraph.</p><p style='color:red'>A new one.</p><p>The last paragraph.</p>", "[added: A new one.]"},
		{"in a quote", "<blockquote>" + before + `<span style="color:red">two months</span>` + after + "</blockquote>", "[added: two months]"},
		{"struck in colour", before + `<span style="color:red;text-decoration:line-through">month</span>` + after, "[deleted: month]"},
		{"black", before + `<span style="color:#000000">month</span>` + after, ""},
		{"nearly black", before + `<span style="color:#222222">month</span>` + after, ""},
		{"grey", before + `<span style="color:#808080">month</span>` + after, ""},
		{"windowtext", before + `<span style="color:windowtext">month</span>` + after, ""},
		{"whole message", "<div style='color:#1F497D'>" + before + "month" + after + "</div>", ""},
		{"own reply in blue above an original in black", "<p style='color:#1F497D'>We agree with all of this.</p><p>The first paragraph of it.</p><p>The second one.</p>", ""},
		{"link", before + `<a style="color:blue" href="https://x.example">month</a>` + after, ""},
		{"link in a span", before + `<a href="https://x.example"><span style="color:blue">month</span></a>` + after, ""},
		{"signature by mark", "<p>We agree with all of this.</p><div class='gmail_signature'>Ana<span style='color:red'> Lima </span>Chair of the coalition</div>", ""},
		{"signature by rule", "<p>We agree with all of this.</p><div>-- </div><div>Ana of the coalition<span style='color:red'> Lima </span>Chair of the coalition</div>", ""},
		{"signature below a sign-off", "<p>We agree with all of this.</p><p>Mit freundlichen Grüßen</p><p>Ana of the coalition<span style='color:red'> Lima </span>Chair of the coalition</p>", ""},
		{"at the end only", "<p>We agree with all of this.</p><p style='color:navy'>Ana Lima, Chair</p>", ""},
		{"a smiley", before + `<span style="color:red">😀</span>` + after, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := TextFromHTML(tt.in)
			marked := strings.Contains(got, "[added:") || strings.Contains(got, "[deleted:")
			if marked != (tt.want != "") || !strings.Contains(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
