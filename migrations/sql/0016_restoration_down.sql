drop table restoration;
