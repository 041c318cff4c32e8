one {{nobody_says}}
