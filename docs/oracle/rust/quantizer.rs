// A quantizer behind JSON lines: `mondeq-ref conform --cmd ./quantizer`.
//
//     rustc -O quantizer.rs
//
// Codes and steps in double precision, from the standard library alone.  Names are looked for as
// text; arrays are hexadecimal words.
use std::io::{BufRead, Write};

/// What follows `"name": ` in the line.
fn after<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let key = format!("\"{}\": ", name);
    line.find(&key).map(|at| &line[at + key.len()..])
}

fn word<'a>(line: &'a str, name: &str) -> &'a str {
    after(line, name)
        .map(|rest| rest.trim_start_matches('"').split(['"', ',', '}']).next().unwrap_or(""))
        .unwrap_or("")
}

fn array(line: &str, name: &str) -> (usize, usize, Vec<f64>) {
    let rest = after(line, name).expect("an array");
    let wide = word(rest, "dtype") == "f64";
    let shape = &after(rest, "shape").unwrap()[1..];
    let extents: Vec<usize> = shape[..shape.find(']').unwrap()]
        .split(", ")
        .map(|extent| extent.parse().unwrap())
        .collect();
    let digits = word(rest, "data").as_bytes();
    let numbers = digits
        .chunks(if wide { 16 } else { 8 })
        .map(|chunk| {
            let bits = u64::from_str_radix(std::str::from_utf8(chunk).unwrap(), 16).unwrap();
            if wide { f64::from_bits(bits) } else { f32::from_bits(bits as u32) as f64 }
        })
        .collect();
    (extents[0], extents[1], numbers)
}

fn half_even(t: f64) -> f64 {
    let low = t.floor();
    let up = t - low > 0.5 || (t - low == 0.5 && low % 2.0 != 0.0);
    if up { low + 1.0 } else { low }
}

fn rounded(t: f64, how: &str) -> f64 {
    match how {
        "half-up" => t.floor() + if t - t.floor() >= 0.5 { 1.0 } else { 0.0 },
        "half-away" => t.round(),
        "toward-zero" => t.trunc(),
        _ => half_even(t),
    }
}

fn answer(line: &str) -> String {
    let extra = ["zero_point", "group", "step", "reciprocal", "levels"];
    if extra.iter().any(|name| after(line, name).is_some()) {
        return "\"skipped\": \"only one step a tensor or a row\"".into();
    }
    let (rows, columns, w) = array(line, "W");
    if w.iter().any(|entry| !entry.is_finite()) {
        return "\"error\": {\"message\": \"W is not finite\"}".into();
    }
    let q = (1i64 << (word(line, "bits").parse::<u32>().unwrap() - 1)) as f64 - 1.0;
    let (range, by_row) = (word(line, "range"), word(line, "per") == "row");
    let (least, most) = match range {
        "full" => (-q - 1.0, q),
        "null" => (-q - 1.0, q + 1.0),
        _ => (-q, q),
    };
    let (mut codes, mut steps) = (String::new(), String::new());
    let size = if by_row { columns } else { rows * columns };
    for part in w.chunks(size) {
        let up = part.iter().cloned().fold(0.0, f64::max);
        let down = part.iter().cloned().fold(0.0, |a: f64, b| a.max(-b));
        let step = match range {
            "full" => f64::max(up / q, down / (q + 1.0)),
            "null" => f64::max(up, down) / (q + 0.5),
            _ => f64::max(up, down) / q,
        };
        steps += &format!("{:016x}", step.to_bits());
        for entry in part {
            let t = if step > 0.0 { entry / step } else { 0.0 };
            let code = rounded(t, word(line, "round")).clamp(least, most) as i64;
            codes += &format!("{:016x}", code);
        }
    }
    format!(
        "\"outputs\": {{\"codes\": {{\"dtype\": \"i64\", \"shape\": [{}, {}], \"data\": \"{}\"}}, \
         \"step\": {{\"dtype\": \"f64\", \"shape\": [{}], \"data\": \"{}\"}}}}",
        rows, columns, codes, w.len() / size, steps
    )
}

fn main() {
    let mut out = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        match word(&line, "cmd") {
            "start" => writeln!(out, "{{\"name\": \"quantizer.rs\", \"operations\": [\"quantize\"]}}"),
            "run" => writeln!(out, "{{\"seq\": {}, {}}}", word(&line, "seq"), answer(&line)),
            _ => break,
        }
        .unwrap();
        out.flush().unwrap();
    }
}
