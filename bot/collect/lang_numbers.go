package collect

func set(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range list(s) {
		m[fold(w)] = true
	}
	return m
}

// Words that decide whether a number beside "question" is a question's number.
var (
	// units follow a count or a date: "question 6 members asked", "7. April".
	units = set(`years year months month weeks week days day hours hour minutes minute times time people persons members member
		participants percent per % coalitions countries others ago am pm o'clock th st nd rd euros dollars organisations organizations
		ans annees membres personnes anos meses miembros pessoas membros jahre mitglieder personen лет членов года`)
	months = set(`january february march april may june july august september october november december
		januar februar marz mai juni juli oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
		enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre`)
	// notOurs before "question 6" make it somebody's question, not the survey's.
	notOurs = set(`an one another any no my some every we i they who un une una um uma ein eine meine ma mi minha`)
	// beforeQuarter make "Q3" a quarter of a year.
	beforeQuarter = set(`in by during late early since until before end half start beginning middle mid through last next this fiscal`)
	// ofWords begin "question 6 of ...".
	ofWords = set(`of in from on at du de des della del do da der des dem im aus la le из в من في van uit`)
	// contrast ends what was said of another question: "no answer to question 6 but to question 8".
	contrast = set(`but sondern aber mais pero sino mas`)
	// leads before "question 6" say that the words are about it, whatever the thread is about. "In question 6" and
	// "with question 6" may as well only point there.
	leads = set(`on regarding concerning re for about as answering addressing answer response comment comments respect regard
		concernant propos sujet sur pour quant sobre para respecto respeito quanto bezuglich betreffend zu zur sulla per riguardo over bij
		относительно касательно по на بخصوص بشان حول`)
	// afterNumbers may follow a list of numbers without a stop.
	afterNumbers = set(`are is we i my our the have has should both below above here together as need needs ask asks refer overlap
		sont nous son estao wir sind ich los`)
)
