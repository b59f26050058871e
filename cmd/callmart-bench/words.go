package main

// What people, queues and notes are called. Some names are not ASCII and some notes need escapes, as in life: readers
// have a fast path for texts that need neither.
var (
	firstNames = [...]string{
		"Amelie", "Björn", "Chiara", "Dorothea", "Emre", "Fatima", "Gerhard", "Hanna", "Ivander", "Jürgen", "Katarzyna",
		"Lysandra", "Mehmet", "Nerissa", "Olga", "Pavel", "Quentin", "Rosalind", "Søren", "Tamara", "Ulrike", "Verena", "Wendelin", "Zoë",
	}
	lastNames = [...]string{
		"Amberlock", "Brambleworth", "Cloudberry", "Dunmore", "Emberstone", "Fairweather", "Grünwald", "Hollins", "Ilves",
		"Jackdawson", "Kettleburn", "Lindqvist", "Møller", "Norrgard", "Okafor", "Pemberton", "Quill", "Ravenscroft", "Szymański", "Tanglewick", "Underhill", "Vance", "Wrobel",
	}
	plainFirst = [...]string{"amelie", "dorothea", "emre", "hanna", "ivander", "olga", "pavel", "tamara", "verena", "wendelin"}
	plainLast  = [...]string{"amberlock", "cloudberry", "dunmore", "fairweather", "hollins", "kettleburn", "pemberton", "quill", "underhill", "vance"}
	queues     = [queueCount]string{
		"Customer Service", "Sales", "Billing", "Technical Support", "Claims", "Deliveries", "Returns", "Accounts",
		"Business Customers", "Complaints", "Renewals", "Switchboard",
	}
	codes = [...]string{"Resolved", "Call back", "Sold", "Not interested", "Wrong number", "Complaint", "Information"}
	notes = [...]string{
		"", "", "Customer will send the form", "Asked for \\\"Premium\\\" prices", "Called back about the invoice\\nof last month",
		"Wants a call after 18:00", "Address changed to M\\u00fcnchen",
	}
	turns = [...]string{
		"Agent: Thank you. What can I do for you?\\nUser: The parcel has not arrived yet.\\n",
		"Agent: May I have the number of the order?\\nUser: It is 4 7 1 1, and then 23.\\n",
		"Agent: Would you like a call back?\\nUser: Yes, tomorrow before noon.\\n",
		"Agent: I have changed that for you.\\nUser: Great, thanks! Will I get a confirmation?\\n",
		"Agent: Is there anything else?\\nUser: No, that was all. Bye.\\n",
	}
)

func (p *page) person(n int64) *page {
	return p.s(firstNames[n%int64(len(firstNames))]).s(" ").s(lastNames[n/3%int64(len(lastNames))])
}

// email appends an address that tells people of one name apart.
func (p *page) email(n int64) *page {
	return p.s(plainFirst[n%int64(len(plainFirst))]).s(".").s(plainLast[n/7%int64(len(plainLast))]).n(n).s("@centre.invalid")
}
