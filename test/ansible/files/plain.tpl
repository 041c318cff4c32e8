name={{who}}
port={{door}}
