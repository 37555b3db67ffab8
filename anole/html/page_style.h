#pragma once

// The CSS of the report, inline in its page. Six colours serve series and runs; they can be told
// apart with the common kinds of colour blindness, on paper white and on dark grey.

namespace anole {

inline constexpr const char* kPageStyle = R"css(
:root{color-scheme:light dark;--bg:#fbfaf7;--card:#fff;--ink:#1f2421;--soft:#5d665f;--line:#dcdcd4;
--grid:#ecebe4;--good:#3a7d52;--bad:#c2412d;
--c0:#1f6f54;--c1:#c8682a;--c2:#3a66a8;--c3:#8a5aa0;--c4:#9a7d14;--c5:#6b7370}
@media (prefers-color-scheme:dark){:root{--bg:#141716;--card:#1b1f1d;--ink:#e4e7e3;--soft:#9ba59e;
--line:#333a36;--grid:#272d2a;--good:#7fc79a;--bad:#f0836f;
--c0:#67c3a0;--c1:#eb9a5f;--c2:#83aee8;--c3:#c59bdb;--c4:#d6b94c;--c5:#98a29c}}
@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--grid:#e4e4e4}
body{zoom:.7}main{max-width:none!important;padding:0!important}
section{border:none!important;padding:0 0 8px!important}
.task,figure,tr,.card{break-inside:avoid}h2,h3,.lead{break-after:avoid}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:40px 28px 72px}
header{margin-bottom:26px}header p{margin:4px 0;color:var(--soft)}
.brand{font-size:12px;letter-spacing:.12em;text-transform:uppercase;color:var(--c0)!important}
h1{font-size:30px;line-height:1.2;margin:0;font-weight:650;overflow-wrap:anywhere}
h2{font-size:19px;margin:0 0 4px;font-weight:650}
h3{font-size:14px;margin:0 0 8px;font-weight:600}
small{font-size:12px;font-weight:400;color:var(--soft)}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;
padding:22px 24px;margin:18px 0}
.lead{margin:0 0 14px;color:var(--soft);font-size:13.5px;max-width:84ch}
.note{color:var(--soft);font-size:13px;margin:6px 0}
.warn{border-left:3px solid var(--c1);padding:8px 14px;margin:10px 0;background:var(--card)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;margin:18px 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
.card b{display:block;font-size:25px;font-weight:620;line-height:1.25;
font-variant-numeric:tabular-nums;white-space:nowrap}
.card b small{font-size:14px}.card span{color:var(--soft);font-size:12.5px;display:block}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(400px,100%),1fr));gap:18px 28px;
align-items:start}
.heatpair{display:grid;grid-template-columns:minmax(0,1.7fr) minmax(0,1fr);gap:18px 28px}
@media (max-width:820px){.heatpair{grid-template-columns:1fr}main{padding:20px 12px}}
figure{margin:0;min-width:0}figcaption{font-size:13px;color:var(--soft);margin-bottom:6px}
svg{display:block;width:100%;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--soft)}
.rule{stroke:var(--grid)}.axis,.tick{stroke:var(--line)}
.s0{--c:var(--c0)}.s1{--c:var(--c1)}.s2{--c:var(--c2)}.s3{--c:var(--c3)}.s4{--c:var(--c4)}
.s5{--c:var(--c5)}
.line{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round}
.thin{fill:none;stroke:var(--c);stroke-width:1.3}
.dashed{fill:none;stroke:var(--c5);stroke-width:1.4;stroke-dasharray:5 4}
.band{fill:var(--c);fill-opacity:.17}circle{fill:var(--c)}
.bar{fill:var(--c);fill-opacity:.75}.whisker{stroke:var(--c);stroke-width:2.5;stroke-linecap:round}
.heat .frame{fill:none;stroke:var(--line)}.heat .cell{fill:var(--bad)}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;font-size:12.5px;color:var(--soft);margin:0 0 4px}
.key{display:inline-flex;align-items:center;gap:6px}
.swatch{width:14px;height:4px;border-radius:2px;background:var(--c)}
.dash{width:16px;border-top:2px dashed var(--c5)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13.5px;width:100%}
th{font-weight:600;text-align:left;color:var(--soft);font-size:12.5px}
th,td{padding:5px 10px 5px 0;border-bottom:1px solid var(--grid);vertical-align:top}
td{overflow-wrap:anywhere}
.numbers th:not(:first-child),.numbers td:not(:first-child){text-align:right;white-space:nowrap;
font-variant-numeric:tabular-nums}
.facts td:first-child{color:var(--soft);width:40%}
.facts td:last-child{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace;font-size:12.5px}
.differs td{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace;font-size:12.5px}
.columns{columns:2 380px;column-gap:36px}.columns>div{break-inside:avoid;margin-bottom:18px}
.tasks{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(470px,100%),1fr));gap:20px 28px}
.ways{display:grid;grid-template-columns:repeat(auto-fill,minmax(84px,1fr));gap:10px 8px}
.way{border:1px solid var(--grid);border-radius:8px;padding:6px;min-width:0;text-align:center}
.way h4{margin:0 0 4px;font-size:10.5px;font-weight:400;color:var(--soft);line-height:1.3}
.way h4 b{display:block;font-size:13px;color:var(--ink)}
.way h4 span,.name span{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.support{display:flex;justify-content:center;flex-wrap:wrap;gap:3px;padding-bottom:6px;
border-bottom:1px dashed var(--line);min-height:54px}
.query{display:flex;justify-content:center;flex-wrap:wrap;gap:4px;padding-top:6px}
.query figcaption{margin:1px 0 0;font-size:12px;color:var(--good);font-weight:600;white-space:nowrap}
.query small{font-size:11px}
.wrong figcaption,.wrong small{color:var(--bad)}
img,.spark{width:48px;height:48px;object-fit:contain;image-rendering:auto;border-radius:4px;
background:#fff;border:1px solid var(--line);display:inline-block}
.spark{background:none}
.wrong img,.wrong .spark{outline:2px solid var(--bad);outline-offset:1px;border-color:transparent}
.gone{display:inline-block;width:48px;height:48px;line-height:44px;text-align:center;
color:var(--soft);border:1px dashed var(--line);border-radius:4px}
@media (prefers-color-scheme:dark){img{filter:brightness(.88)}}
.classes td{vertical-align:middle}.classes img,.classes .spark{width:36px;height:36px;display:block}
.classes td:first-child{width:46px}.name{max-width:150px;line-height:1.3;font-size:12.5px}
.name span+span{color:var(--soft)}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;color:var(--soft)}
.meter{display:block;width:90px;height:6px;border-radius:3px;background:var(--grid);margin:0 0 0 auto}
.meter i{display:block;height:100%;border-radius:3px;background:var(--c0)}
footer{color:var(--soft);font-size:12.5px;margin-top:26px}
)css";

}  // namespace anole
