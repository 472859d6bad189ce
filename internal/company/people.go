package company

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// culture is where names of places and people go together, more or less. All
// combinations are invented.
type culture struct {
	region        string
	places        []string
	given, family []string
}

var cultures = []culture{
	{"british isles", strings.Fields("Northmere Ashcombe Tarnhow Wexley Calderby Harrowden Penllyn Skerrow Dunmarrow"),
		strings.Fields(
			"Alice Owen Margaret Callum Sian Gareth Fiona Declan Ruth Edmund",
		), strings.Fields("Ashdown Penrose Macrae Hollins Tregarth Byrne Llewyn Marsden Fairlie Quill")},
	{"nordic", strings.Fields("Søndervik Lindåker Fjellnes Hammarö Kalvosund Tunnholm"),
		strings.Fields(
			"Astrid Jonas Sanna Mikkel Ingrid Eero Liv Anders Tuuli Signe",
		), strings.Fields("Brandvold Lindqvist Kallio Sørby Holmsten Nyberg Aaltonen Krogh Ekdahl Vang")},
	{"central europe", strings.Fields("Oberlind Steinach Rautenfeld Zelenice Vadkert Bystrzno Altmühl Hrastov"),
		strings.Fields(
			"Katrin Tomasz Eva Matthias Zuzana Bence Agnieszka Jürgen Petra Milan",
		), strings.Fields("Rautenberg Kowalczyn Novotka Hartwig Szabolcs Dvorny Brückner Zielonka Havran Lorenzen")},
	{"france and benelux", strings.Fields("Montrevel Clairvaux-sur-Lys Brabecq Doornveld Valmeuse Saint-Auban"),
		strings.Fields(
			"Hélène Bastien Noor Julien Anneke Maxime Fleur Aurélie Pieter Solange",
		), strings.Fields("Delacourt Verhaegen Marchand Lemoine Dijkhof Vasseur Peeters Aubin Charlier Roussel")},
	{"iberia and latin america", strings.Fields("Valdoro Bellasierra Pernamboa Ríohondo Montealto Caracol"),
		strings.Fields(
			"Lucía Mateus Ximena Rafael Beatriz Joaquín Marisol Tiago Valentina Íñigo",
		), strings.Fields("Valdeira Quintanar Montoya Ferraz Salcedo Barrientos Azevedo Urrutia Pacheco Lobato")},
	{"italy and greece", strings.Fields("Castelbruno Rivafonte Monteserra Kalamari Petralona"),
		strings.Fields(
			"Giulia Stavros Chiara Lorenzo Eleni Paolo Ilaria Nikos Marta Dario",
		), strings.Fields("Marchetti Papadakis Bellandi Ferrucci Kostaras Santoro Vlachos Grimani Roveri Lazaridis")},
	{"africa", strings.Fields("Kisumba Adebani Nakuresh Ouedra Mbalika Tembisa-East"),
		strings.Fields(
			"Maria Kwame Amina Thabo Ngozi Abebe Fatou Chidi Wanjiru Sipho",
		), strings.Fields("Oduya Mensah Diallo Mokoena Okonjo Tessema Kamara Mwangi Ndlovu Achebe")},
	{"middle east", strings.Fields("Qasralnur Yeşilova Tel-Rimon Shahrabad Marjan"),
		strings.Fields(
			"Leila Emre Yasmin Omar Shirin Noam Defne Karim Rania Tamar",
		), strings.Fields("Haddad Yıldıran Farouki Mansour Rostami Barzel Aksoy Khoury Nasser Ben-Ami")},
	{"south asia", strings.Fields("Sundarpet Rajgarhi Kolamba Chitravati Meghnapur"),
		strings.Fields(
			"Priya Arjun Nasreen Ravi Ishani Imran Kavita Sanjeev Tahira Dinesh",
		), strings.Fields("Raman Chaudhuri Perera Iyengar Siddiqui Banerji Patil Gunasekara Mehra Thapa")},
	{"east asia", strings.Fields("Hakuchi Minamizawa Linhai-North Seohae Taoyun"),
		strings.Fields(
			"Mei Haruto Ji-woo Yuki Wei Sora Lan Kenji Min-jun Xiulan",
		), strings.Fields("Tanabe Kwon Liu Morikawa Cho Zhang Hirano Seo Fang Okabe")},
	{"south-east asia and pacific", strings.Fields("Kermadal Banyuwangi-Timur Tagalay Wairoto Nusatenang"),
		strings.Fields(
			"Putri Andres Mele Thanh Aroha Bayu Siriporn Tane Linh Jomar",
		), strings.Fields("Hartono Villanueva Tuipulotu Nguyen Parata Wibisono Srisai Macaraeg Tran Fonoti")},
	{"north america", []string{"Cedar Bend", "Loon Rapids", "Lac-aux-Huards", "Prairie Gate", "Larkspur", "Tamarack"},
		strings.Fields(
			"Denise Marcus Carmen Tyler Keisha Walter Rosalind Darnell Joyce Hank",
		), strings.Fields("Whitfield Castellan Beauvais Okafor Lindgren Tsosie Delgadillo Prewitt Ibanez Stroud")},
}

// account is a customer's organisation; everything about it follows from the
// seed and its number, so that it needs no memory.
type account struct {
	number  int
	id      throughline.AccountID
	name    string
	key     string // its name in English, by which everything about it is drawn; empty: name
	sector  *sector
	culture *culture
}

// region is where an account is, in the company's language.
func (a account) region(w *world) string {
	if w.chinese {
		return chineseRegions[slices.IndexFunc(cultures, func(c culture) bool { return c.region == a.culture.region })]
	}
	return a.culture.region
}

// sectorShare is how many of every twenty accounts are of which sector.
var sectorShare = []*sector{&hospital, &hospital, &hospital, &hospital, &hospital, &plant, &plant, &plant, &plant, &plant,
	&utility, &utility, &utility, &transport, &transport, &transport, &care, &care, &small, &small}

// account gives the n-th customer. No two have one name: a sector goes through
// all places once before any comes up again, and then in another form.
func (w *world) account(n int) account {
	a := account{number: n, sector: sectorShare[n%len(sectorShare)]}
	share, before, at := 0, 0, 0
	for i, s := range sectorShare {
		if s == a.sector {
			if share == 0 {
				at = i
			}
			share++
			if i < n%len(sectorShare) {
				before++
			}
		}
	}
	j := n/len(sectorShare)*share + before
	pl := w.places[(j+3*at)%len(w.places)]
	a.culture = &cultures[pl.culture]
	forms := a.sector.forms
	form := forms[(j+j/len(w.places))%len(forms)]
	a.name = pl.name + " " + form
	if a.key = a.name; w.chinese {
		a.name = chinesePlaces[pl.number] + w.in(form)
	}
	a.id = throughline.AccountID(w.id(w.founded, "account", a.name))
	return a
}

type place struct {
	name    string
	culture int
	number  int
}

func shuffledPlaces(r *rand.Rand) []place {
	var out []place
	for i, c := range cultures {
		for _, n := range c.places {
			out = append(out, place{n, i, len(out)})
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// person is somebody at an account.
type person struct {
	store.Person
	post
}

// holder gives who holds the i-th post of an account's sector: always the same person.
func (w *world) holder(a account, i int) person {
	p, c := a.sector.posts[i], a.culture
	if r := w.rand("person", a.key, p.title); r.IntN(3) == 0 { // people move
		c = &cultures[r.IntN(len(cultures))]
	}
	given, family := a.number+i, 7*a.number+3*i+i/10 // no two at one account have one name
	return w.person(a, p, w.called(c, given, family))
}

func (w *world) person(a account, p post, name string) person {
	return person{store.Person{
		ID: throughline.PersonID(w.id(w.founded, "person", a.name, p.title, name)), Recorded: w.today.Start(w.zone).UTC(),
		Name: name, Title: w.in(p.title), Account: a.id,
	}, p}
}

// mention is how a person stands in a text: never by name.
func (p person) mention() string { return "{person:" + p.ID.String() + "}" }
