/** The colours of the picture, light and dark. An edge's colour shows the verdict on the key that it needs. */

const font = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

export const sheet = `
text{font-family:${font};text-anchor:middle}
.paper{fill:#fff;stroke:#e2e6ed}
.state{font-size:16px;font-weight:600;fill:#1b2230}
.time{font-size:15px;fill:#3c4658}
.label{font-size:13.5px;fill:#6b7485}.label.left{text-anchor:start}
.box{stroke-width:1.5}
.shutdown{fill:#fdf3e0;stroke:#dda945}.stopped{fill:#e9e8f5;stroke:#8583bd}\
.restart{fill:#e5f0fb;stroke:#7aa9dd}.over{fill:#e1f3ea;stroke:#67b58f}
.edge{fill:none;stroke-width:2}.edge.main{stroke-width:2.75}
.same{stroke:#6b7485}.usable{stroke:#1d7f56}.unusable{stroke:#b3404a}
.head{stroke:none}.head.same{fill:#6b7485}.head.usable{fill:#1d7f56}.head.unusable{fill:#b3404a}
.label.usable{stroke:none;fill:#1d7f56}.label.unusable{stroke:none;fill:#b3404a}
.bracket{fill:none;stroke:#aab2c0;stroke-width:1.5}
.begin{fill:#6b7485}
@media (prefers-color-scheme:dark){
.paper{fill:#161a21;stroke:#2a313d}.state{fill:#edf0f5}.time{fill:#c3cad6}.label{fill:#98a2b3}
.shutdown{fill:#3a2d14;stroke:#a27b2d}.stopped{fill:#29294a;stroke:#6f6db0}\
.restart{fill:#172c45;stroke:#4a7db8}.over{fill:#143326;stroke:#3f8f69}
.same{stroke:#98a2b3}.usable{stroke:#6fd0a3}.unusable{stroke:#f0939a}
.head.same{fill:#98a2b3}.head.usable,.label.usable{fill:#6fd0a3}.head.unusable,.label.unusable{fill:#f0939a}
.bracket{stroke:#566072}.begin{fill:#98a2b3}}`;
