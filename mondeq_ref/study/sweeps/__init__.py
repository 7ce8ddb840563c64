"""Many operators, many quantizers: a study is a file, and a case is one line of the answer."""
