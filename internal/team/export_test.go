package team

// AdmitVouched lets in for whom a provider vouches, as coming back from it does.
var AdmitVouched = (*Porter).admitVouched
