//! Reads the pictures that phones read, as the pages draw them.

/// How many pixels a unit of the picture is read as.
const SCALE: usize = 2;

/// What a QR code says that is drawn as SVG, in rectangles: `M0 0h8v8H0V0`.
pub fn read(svg: &str) -> String {
    let side = attribute(svg, "width").parse::<usize>().expect("a width");
    let mut dark = vec![vec![false; side]; side];
    for rectangle in attribute(svg, "d").split('M').filter(|it| !it.is_empty()) {
        let numbers: Vec<usize> = rectangle
            .split(|c: char| !c.is_ascii_digit())
            .filter(|it| !it.is_empty())
            .map(|it| it.parse().expect("a number"))
            .collect();
        let [x, y, width, height, ..] = numbers[..] else { panic!("{rectangle} is no rectangle") };
        for row in &mut dark[y..y + height] {
            row[x..x + width].fill(true);
        }
    }
    let shade = |x: usize, y: usize| if dark[y / SCALE][x / SCALE] { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * SCALE, side * SCALE, shade);
    let grids = image.detect_grids();
    grids.first().expect("there is a code in the picture").decode().expect("it can be read").1
}

fn attribute<'s>(svg: &'s str, name: &str) -> &'s str {
    let (_, rest) = svg.split_once(&format!(" {name}=\"")).unwrap_or_else(|| panic!("no {name} in {svg}"));
    rest.split_once('"').expect("it ends").0
}
