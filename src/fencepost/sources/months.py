"""Month names as journalctl and rsyslog print them under the locales that people run."""

# The number, then names: English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish,
# Polish, Czech, Hungarian, Turkish, Romanian, Finnish, Norwegian; Russian, Ukrainian. The
# abbreviations are those of glibc's locales (LC_TIME abmon).
NAMES = """
1 jan january januar jän janv janvier ene enero gen gennaio janeiro januari sty led oca ian tammi
1 янв января январь січ січня
2 feb february februar févr février febrero febbraio fev fevereiro februari lut úno febr şub helmi
2 фев февр февраля февраль лют лютого
3 mar march mär märz mrz mars marzo março mrt maart bře márc maalis
3 мар марта март бер березня
4 apr april avr avril abr abril aprile kwi dub ápr nis huhti
4 апр апреля апрель кві квітня
5 may mai mayo mag maggio maio mei maj kvě máj touko
5 мая май тра трав травня
6 jun june juni juin junio giu giugno junho cze čen jún haz iun kesä
6 июн июня июнь чер червня
7 jul july juli juil juillet julio lug luglio julho lip čec júl tem iul heinä
7 июл июля июль лип липня
8 aug august août ago agosto augustus sie srp ağu elo
8 авг августа август сер серпня
9 sep sept september septembre septiembre set settembre setembro wrz zář szept eyl syys
9 сен сент сентября сентябрь вер вересня
10 oct october okt oktober octobre octubre ott ottobre out outubro paź říj eki loka
10 окт октября октябрь жов жовтня
11 nov november novembre noviembre novembro lis kas marras
11 ноя нояб ноября ноябрь лис листопада
12 dec december dez dezember déc décembre dic diciembre dicembre dezembro gru pro ara joulu des
12 дек декабря декабрь гру грудня
"""

MONTHS = {
    name: int(number)
    for number, *names in map(str.split, NAMES.split("\n")[1:-1])
    for name in names
}
"""Month by name, in small letters and without a dot."""
