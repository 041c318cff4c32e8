one {{who}}
