"""Words that may stand beside a recognised condition or medicine and change nothing for what is checked.

How severe, where, since when and treated by whom: a narrower condition that such a word may mean ("heart failure,
severe") is asked for anyway, as a broader one that is listed leaves it open. A word that is not here is told to the
user as not understood, so what could name another disease, a relative or a medicine stays out.
"""

from __future__ import annotations

import re

_GRAMMAR = """
    a an the and or nor but also plus of in on at to for from by with without as per via since until till after
    before during when while whilst which that who where then than is are was were be been being am has have had
    having does do did my his her their its i she he they it this these those there any some all both no not none
    never nil other cannot cant excluded ruled rule out evidence elsewhere otherwise only just still now currently
    current present presently ongoing well very quite rather more less most least about around approximately approx
    ca circa than up down over under between within upper lower diagnosed diagnosis known history hx h o past
    previous previously prior former formerly old long standing longstanding term lifelong life since childhood
    child adulthood adult teenager teens early late born birth age aged year years yr yrs y month months mo week
    weeks wk day days daily weekly monthly ago last time times once twice again january february march april may
    june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec spring
    summer autumn winter today yesterday
"""
_COURSE = """
    mild mildly moderate moderately severe severely slight slightly minor major significant well badly poorly partly
    partially fully good bad stable unstable controlled uncontrolled control managed manage management monitored
    monitoring watched surveillance follow followed followup up review reviewed regular regularly irregular occasional
    occasionally intermittent intermittently episodic seasonal recurrent recurring repeated frequent rare rarely
    sometimes often persistent permanent chronic acute subacute active inactive recent resolved healed cured
    remission attack attacks flare flares episode episodes bout bouts relapsing relapse progressive improving
    improved better unchanged asymptomatic symptomatic symptoms symptom suspected possible possibly probable
    probably likely confirmed borderline early advanced late end stage grade type class level degree primary
    secondary idiopathic essential benign non simple complex mixed single multiple several multi first second third
    one two three four five six i ii iii iv nyha gold tnm uncomplicated complicated diffuse generalised generalized
    localised localized focal unilateral bilateral left right both side sided sides
"""
_CARE = """
    treated treat treatment treating therapy therapies medication medications medicine medicines medicated meds drug
    drugs tablet tablets pill pills capsule capsules injection injections inhaler inhalers spray cream drops diet
    dietary lifestyle exercise exercises oral orally dose doses low high prescribed prescription physio
    physiotherapy surgery surgical surgically operated operation operations op ops procedure repaired repair removed
    removal replaced replacement resection resected excised excision fixed corrected radiotherapy radiation hormone
    hormonal cpap gp doctor doctors dr consultant specialist hospital clinic nurse team nhs admitted admission
    required requiring needed needing need needs use uses used using takes take taking started start stopped stop
    off awaiting waiting list investigated investigation tests test tested scan seen found mri ct xray ray attended
    under cardiology neurology rheumatology gastroenterology urology dependent
"""
_BODY = """
    knee knees hip hips hand hands foot feet ankle ankles wrist wrists elbow elbows shoulder shoulders finger
    fingers thumb thumbs toe toes neck back spine lumbar cervical thoracic leg legs arm arms joint joints eye eyes
    ear ears nose skin breast prostate bowel colon rectal ovarian ovary cervix thyroid head face scalp nail nails
    disc discs area region hormone receptor positive negative er pr her2 residual symptomatic due because affecting
    affected associated related induced man woman male female patient person
"""
_RUSSIAN = """
    и или с со в во на от до после при без по из за для у к о об не ни нет был была было были есть у меня лет года
    год году г месяц месяца месяцев недель назад давно сейчас раньше ранее с детства в анамнезе перенес перенесла
    перенесенный перенесенная перенесенные хронический хроническая хроническое хронические острый острая легкая
    легкий легкое средняя средней тяжелая тяжелый степени степень стадия стадии ст тип типа компенсированный
    компенсированная контролируемая контролируется контролируемый ремиссия ремиссии лечение лечусь лечится лечилась
    лечился таблетки таблетках таблетками диета диете правый правая левый левая двусторонний двусторонняя обострение
    обострения вне сезонная сезонный первого второго первый второй колена колен сустава суставов тазобедренного
    коленного инсулинозависимый инсулиннезависимый операция удален удалена принимаю принимает пью иногда редко
    постоянно
"""
WORDS = frozenset(f"{_GRAMMAR} {_COURSE} {_CARE} {_BODY} {_RUSSIAN}".split())
_NUMBER = re.compile(r"\d|^[ivx]+$")


def harmless(word: str) -> bool:
    """Whether a word beside a name says nothing that would have to be understood; numbers and levels among them."""
    return word in WORDS or len(word) == 1 or bool(_NUMBER.search(word))
