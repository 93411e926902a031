CREATE TABLE naps (milliseconds integer NOT NULL);
