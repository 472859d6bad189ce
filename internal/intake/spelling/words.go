package spelling

import "strings"

// months are the names of the months, in small letters without accents, by
// language as they come: English, German, French, Spanish, Italian, Portuguese,
// Dutch, the northern languages, Polish, Czech, Hungarian, Romanian, Turkish,
// Finnish, Russian, Ukrainian, Arabic. Adding a name is adding a word.
var months = index([]string{
	`january jan januar janner jaenner jan januari janvier janv enero ene gennaio gen janeiro stycznia styczen sty leden ledna ianuarie ian ocak oca
	tammikuu tammikuuta январь января янв січень січня يناير`,
	`february feb februar feber februari fevrier fevr fev febrero febbraio febb fevereiro lutego luty lut unor unora februarie subat helmikuu
	helmikuuta февраль февраля фев февр лютий лютого فبراير`,
	`march mar marz maerz mrz mars marzo marco maart mrt marts marca marzec brezen brezna marcius marc martie mart maaliskuu maaliskuuta март марта
	мар березень березня مارس`,
	`april apr avril avr abril abr aprile kwietnia kwiecien kwi duben dubna aprilis aprilie nisan nis huhtikuu huhtikuuta апрель апреля апр квітень
	квітня أبريل ابريل إبريل`,
	"may mai mayo maggio mag maio mei maj maja kveten kvetna majus mayis toukokuu toukokuuta май мая травень травня مايو",
	`june jun juni juin junio giugno giu junho czerwca czerwiec cze cerven cervna junius iunie iun haziran haz kesakuu kesakuuta июнь июня июн
	червень червня يونيو يونية`,
	`july jul juli juillet juil julio luglio lug julho lipca lipiec lip cervenec cervence julius iulie iul temmuz tem heinakuu heinakuuta июль июля
	июл липень липня يوليو يولية`,
	"august aug aout agosto ago augustus sierpnia sierpien sie srpen srpna augusztus agustos elokuu elokuuta август августа авг серпень серпня أغسطس اغسطس",
	`september sep sept septembre septiembre setiembre settembre set setembro wrzesnia wrzesien wrz zari szeptember szept septembrie eylul eyl
	syyskuu syyskuuta сентябрь сентября сен сент вересень вересня سبتمبر`,
	`october oct oktober okt octobre octubre ottobre ott outubro out pazdziernika pazdziernik paz rijen rijna octombrie ekim eki lokakuu lokakuuta
	октябрь октября окт жовтень жовтня أكتوبر اكتوبر`,
	`november nov novembre noviembre novembro listopada listopadu listopad lis noiembrie kasim kas marraskuu marraskuuta ноябрь ноября ноя нояб
	листопада نوفمبر`,
	`december dec dezember dez decembre diciembre dic dicembre dezembro desember grudnia grudzien gru prosinec prosince decembrie aralik ara joulukuu
	joulukuuta декабрь декабря дек грудень грудня ديسمبر`,
})

// weekdays may stand beside a day and are passed over. Those that are a month's
// name too ("mar." is mardi and martes) are weekdays where a month stands beside.
var weekdays = set(
	`monday mon montag mo lundi lun lunes lunedi segunda seg feira maandag ma mandag mandag man poniedzialek pn pon pondeli hetfo понедельник пн
	tuesday tue tues dienstag di mardi mar martes martedi terca ter dinsdag tirsdag tisdag tis wtorek wt utery kedd вторник вт
	wednesday wed mittwoch mi mercredi mer miercoles mie mercoledi quarta qua woensdag wo onsdag ons sroda sr streda szerda среда ср
	thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedi gio quinta qui donderdag torsdag tor czwartek czw ctvrtek csutortok четверг чт
	friday fri freitag fr vendredi ven viernes vie venerdi sexta sex vrijdag vr fredag fre piatek pt patek pentek пятница пт
	saturday sat samstag sonnabend sa samedi sam sabado sab sabato zaterdag za lordag lor sobota sob szombat суббота сб
	sunday sun sonntag so dimanche dim domingo dom domenica zondag zo sondag son niedziela nd nedele vasarnap воскресенье вс`,
)

// fillers stand between the parts of a date and say nothing.
var fillers = set(`of the de del da do d le la el den der am um a al as at on kl klo klokken uhr ore alle om h hr hrs г год года р року в o t`)

// halves say which half of a day a clock of twelve hours means.
var halves = map[string]half{"am": morning, "pm": evening, "ص": morning, "م": evening}

type half uint8

const (
	whole half = iota
	morning
	evening
	noon  // 中午: eleven is before, one is after it
	night // 晚上: twelve is midnight, of which day nobody knows
)

// zones are words for a fixed distance from UTC, in minutes. Words that several
// places use for different ones stand in severalZones and are read only where
// the time zone that was named uses them.
var zones = map[string]int{
	"utc":  0,
	"gmt":  0,
	"z":    0,
	"ut":   0,
	"wet":  0,
	"west": 60,
	"cet":  60,
	"cest": 120,
	"mez":  60,
	"mesz": 120,
	"met":  60,
	"mest": 120,
	"eet":  120,
	"eest": 180,
	"oez":  120,
	"oesz": 180,
	"msk":  180,
	"мск":  180,
	"trt":  180,
	"est":  -300,
	"edt":  -240,
	"cdt":  -300,
	"mst":  -420,
	"mdt":  -360,
	"pst":  -480,
	"pdt":  -420,
	"akst": -540,
	"akdt": -480,
	"hst":  -600,
	"brt":  -180,
	"art":  -180,
	"sast": 120,
	"jst":  540,
	"kst":  540,
	"hkt":  480,
	"sgt":  480,
	"pht":  480,
	"wib":  420,
	"pkt":  300,
	"npt":  345,
	"aest": 600,
	"aedt": 660,
	"acst": 570,
	"acdt": 630,
	"awst": 480,
	"nzst": 720,
	"nzdt": 780,
}

var severalZones = set(`cst ist bst ast gst sst ect amt`)

func index(names []string) map[string]int {
	out := map[string]int{}
	for i, words := range names {
		for w := range strings.FieldsSeq(words) {
			out[w] = i + 1
		}
	}
	return out
}

// Chinese, Japanese and Korean write the parts of a date behind the numbers.
// A weekday goes; what is left is a date in numbers.
var eastern = strings.NewReplacer(
	"월요일", "", "화요일", "", "수요일", "", "목요일", "", "금요일", "", "토요일", "", "일요일", "",
	"月曜日", "", "火曜日", "", "水曜日", "", "木曜日", "", "金曜日", "", "土曜日", "", "日曜日", "",
	"星期一", "", "星期二", "", "星期三", "", "星期四", "", "星期五", "", "星期六", "", "星期日", "", "星期天", "",
	"周一", "", "周二", "", "周三", "", "周四", "", "周五", "", "周六", "", "周日", "", "周天", "",
	"週一", "", "週二", "", "週三", "", "週四", "", "週五", "", "週六", "", "週日", "", "週天", "",
	"礼拜一", "", "礼拜二", "", "礼拜三", "", "礼拜四", "", "礼拜五", "", "礼拜六", "", "礼拜日", "", "礼拜天", "")

var easternSigns = strings.NewReplacer(
	"年",
	"-",
	"년",
	"-",
	"月",
	"-",
	"월",
	"-",
	"日",
	" ",
	"号",
	" ",
	"號",
	" ",
	"일",
	" ",
	"点钟",
	":00",
	"点半",
	":30",
	"點半",
	":30",
	"时半",
	":30",
	"点整",
	":00",
	"點整",
	":00",
	"点",
	":",
	"點",
	":",
	"时",
	":",
	"時",
	":",
	"시",
	":",
	"分钟",
	"",
	"分",
	"'",
	"분",
	"'",
	"秒",
	" ",
	"초",
	" ",
)

// easternHalves are looked for before or behind the time.
var easternHalves = []struct {
	word string
	half half
}{{"上午", morning}, {"早上", morning}, {"凌晨", morning}, {"清晨", morning}, {"早晨", morning}, {"午前", morning}, {"오전", morning},
	{"下午", evening}, {"傍晚", evening}, {"午後", evening}, {"오후", evening}, {"晚上", night}, {"夜间", night}, {"中午", noon}, {"正午", noon}}

var numerals = map[rune]int{'〇': 0, '○': 0, '零': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

// arabic writes Chinese numerals as digits: 二〇二四 is 2024, 二十一 is 21.
func arabic(s string) string {
	var b strings.Builder
	value, run, tens := 0, 0, false
	flush := func() {
		switch {
		case run == 0:
		case tens && value < 100:
			b.WriteString(itoa(value))
		}
		value, run, tens = 0, 0, false
	}
	var plainRun []byte
	flushPlain := func() { b.Write(plainRun); plainRun = plainRun[:0] }
	for _, r := range s {
		if n, ok := numerals[r]; ok {
			if tens {
				value += n
			} else {
				plainRun = append(plainRun, byte('0'+n))
			}
			run++
			continue
		}
		if r == '十' {
			value = 10
			if len(plainRun) == 1 {
				value = int(plainRun[0]-'0') * 10
			}
			plainRun = plainRun[:0]
			tens = true
			run++
			continue
		}
		flushPlain()
		flush()
		b.WriteRune(r)
	}
	flushPlain()
	flush()
	return b.String()
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return string([]byte{byte('0' + n/10), byte('0' + n%10)})
}
